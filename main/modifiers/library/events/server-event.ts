/** What an event stream tells: an event, or one of the things between events that an EventSource does not show. */
export type EventKind = 'event' | 'comment' | 'retry' | 'id'

export type EventFields = {
  kind: EventKind
  type: string
  data: string
  id: string | undefined
  retry: number | undefined
  comment: string | undefined
}

/** One item of an event stream. All of it may be changed; `sse` writes it. `data` and `type` are "" where there are none. */
export class ServerEvent implements EventFields {
  kind: EventKind
  type: string
  data: string
  id: string | undefined
  retry: number | undefined
  comment: string | undefined

  constructor(kind: EventKind, fields: Partial<EventFields>) {
    this.kind = kind
    this.type = fields.type ?? ''
    this.data = fields.data ?? ''
    this.id = fields.id
    this.retry = fields.retry
    this.comment = fields.comment
  }

  /** What the data says in JSON; undefined when it is no JSON, which no JSON says. */
  dataAsJson(): unknown {
    try {
      return JSON.parse(this.data) as unknown
    } catch {
      return undefined
    }
  }
}
