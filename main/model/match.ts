/** How rules and modifiers write which responses they mean: by globs, in which `*` is any run of characters. */
export type MatchField = 'host' | 'path' | 'method' | 'status' | 'type'

/**
 * The form of each field. What has it can match something; so a slip is told, rather than being a rule that never does.
 * `what`: goes on after "… is not ".
 */
export const matchForms: Readonly<Record<MatchField, { form: RegExp; what: string }>> = {
  host: {
    form: /^(?:[^\s/:]+|\[?[^\s/]*:[^\s/]*:[^\s/]*\]?)$/,
    what: 'a host: write a name or a glob of one, without port',
  },
  path: { form: /^[/*]/, what: 'a path: write a glob that begins with / or *' },
  // RFC 9110 §5.6.2: a token; `*` is a character of it.
  method: { form: /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, what: 'a method: write one like "GET", or a glob like "P*"' },
  status: {
    form: /^(?:[1-5](?:[0-9]{2}|[xX]{2})|\*|[1-5*]\*|[1-5*][0-9]\*|[1-5]?\*[0-9]{1,2})$/,
    what: 'a status: write "404", a class like "2xx", or a glob like "20*"',
  },
  // RFC 9110 §8.3.1: type and subtype.
  type: {
    form: /^(?:[^\s;,/]+\/[^\s;,/]+|[^\s;,/]*\*[^\s;,/]*)$/,
    what: 'a media type: write it without parameters, or a glob like "video/*"',
  },
}
