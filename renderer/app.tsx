import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import { Shell } from './views/shell/index.tsx'

/** Under a strict CSP no component may bring styles of its own. */
export function App() {
  return (
    <CSPProvider disableStyleElements>
      <Tooltip.Provider>
        <Shell />
      </Tooltip.Provider>
    </CSPProvider>
  )
}
