/** IP addresses as people write them, told without node:net. */

/** Without leading zeros, which some take for octal numbers. */
export const isIpv4 = (text: string): boolean =>
  /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/.test(text) && text.split('.').every((part) => Number(part) <= 255)

/** Without brackets; with or without a zone ("fe80::1%eth0"), which URLs do not know. */
export const isIpv6 = (text: string): boolean =>
  text.includes(':') && URL.canParse(`http://[${text.replace(/%[\w.-]+$/, '')}]/`)
