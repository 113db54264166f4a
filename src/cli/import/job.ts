import type { ApiClient } from '../client.ts'

/** An import as the service tells of it. */
export interface Job {
  readonly id: string
  readonly state: 'received' | 'running' | 'done' | 'failed' | 'cancelled'
  readonly kind: string
  readonly handling: string
  readonly mediaType: string
  readonly size: number
  readonly finishedAt?: string
  readonly progress: {
    readonly items: number
    readonly total?: number
    readonly accepted: number
    readonly replayed: number
    readonly refused: number
    readonly withheld: number
    readonly bytesRead: number
    readonly itemsPerSecond?: number
    readonly secondsLeft?: number
  }
  readonly failure?: Told
}

/** A failure or a result with what was found. */
export interface Told {
  readonly code: string
  readonly message: string
  readonly findings?: readonly ToldFinding[]
}

export interface ToldFinding {
  readonly code: string
  readonly severity: 'error' | 'warning' | 'info'
  readonly rule?: string
  readonly pointer?: string
  readonly place?: { readonly row: number; readonly column?: string }
  readonly message: string
  readonly expected?: string
  readonly actual?: string
  readonly remedy?: string
}

export interface Item {
  readonly line: number
  readonly name?: string
  readonly status: string
  readonly findings?: readonly ToldFinding[]
}

export async function readJob(client: ApiClient, id: string): Promise<Job> {
  return (await client.get(`/v1/imports/${encodeURIComponent(id)}`)).json() as Job
}
