/** What holds when an option is not given, by the option's key; absent: it depends on the machine, or is nothing. */
import { defaultSettings, type Settings } from '../../main/model/settings.ts'
import { options, type OptionKey, type Values } from './options.ts'

const isOption = (key: string): key is OptionKey => Object.hasOwn(options, key)

/** Engine settings whose option has another name reach it here, everything else has one name. */
const renamed: Partial<Record<keyof Settings, OptionKey>> = { streamSize: 'stream', originCas: 'originCa' }

/** `null` in a change goes back to these. */
export const defaultValues: Readonly<Values> = Object.fromEntries(
  Object.entries(defaultSettings).flatMap(([key, value]): [OptionKey, unknown][] => {
    const option = renamed[key as keyof Settings] ?? key
    return isOption(option) && value !== undefined ? [[option, value]] : []
  }),
)
