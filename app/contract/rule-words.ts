/** What a rule asks for, as the reason of a flow tells it, for the window: so it finds the rule again. */
export { ruleWords } from '../../main/model/rule.ts'
