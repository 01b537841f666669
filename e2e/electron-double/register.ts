/** `node --import ./e2e/electron-double/register.ts dist/desktop/main.js`: whoever imports electron gets the double. */
import { registerHooks } from 'node:module'
import './threads.ts'

const url = new URL('./electron.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url, shortCircuit: true } : next(specifier, context),
})
