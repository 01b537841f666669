import { goTo } from '../../../store/place.ts'
import { useSettings } from '../../../store/settings.ts'
import { inspector } from '../../../texts/inspector.ts'
import { decidingRule } from '../delivery/deciding-rule.ts'
import type { Delivery } from '../delivery/explain.ts'
import { SettingLink } from './setting-link.tsx'
import styles from './shown.module.css'

const texts = inspector.delivery

/** Goes to the rule that decided, wherever it is now; where it is none any more, says so. */
export function RuleLink({ delivery }: { delivery: Pick<Delivery, 'mode' | 'reason'> }) {
  const rules = useSettings()?.values.rules ?? []
  const rule = decidingRule(delivery, rules)
  if (rule === undefined) {
    return (
      <>
        {texts.ruleGone} <SettingLink setting="rules" />
      </>
    )
  }
  const moved = /^rule \d+:/.test(delivery.reason) && !delivery.reason.startsWith(`rule ${rule + 1}:`)
  return (
    <>
      {moved && `${texts.ruleMoved(rule + 1)} `}
      <button
        type="button"
        className={styles['link']}
        onClick={() => {
          goTo({ view: 'settings', key: 'rules', rule })
        }}
      >
        {texts.changeRule}
      </button>
    </>
  )
}
