/** What the HTTP side is told about its surroundings; `config.ts` provides it. */
export interface HttpSettings {
  /** Where clients reach the service, without a trailing slash; issuer and audience of tokens. */
  readonly publicUrl: string
  /** Largest body of a route that does not set its own limit. */
  readonly bodyLimitBytes: number
  /** Largest body of a route that takes many documents at once. */
  readonly bulkLimitBytes: number
  /** Most bytes of bodies at the same time. */
  readonly bodyMemoryBytes: number
  /** Most bytes of the headers of a request. */
  readonly headerLimitBytes: number
  /** Longest address of a request, in characters. */
  readonly urlLimit: number
  /** Longest time to receive a request. */
  readonly requestTimeoutMs: number
  /** Longest time to receive an upload of many documents. */
  readonly uploadTimeoutMs: number
  /** Longest time from the first byte of a request to its answer. */
  readonly handlerTimeoutMs: number
  /** Longest time that a client may take to read an answer, beyond the time for making it. */
  readonly answerTimeoutMs: number
  /** Most connections of clients. */
  readonly connectionLimit: number
  /** Most requests at the same time. */
  readonly requestLimit: number
  /** Most that waits for a connection to the database. */
  readonly poolWaitingLimit: number
  /** Mean delay of the event loop over a second beyond which requests are turned away. */
  readonly eventLoopLimitMs: number
  /** Most requests of one client in a minute; 0, here and below, for no limit. */
  readonly clientRate: number
  /** Most requests of one address without a valid token in a minute. */
  readonly addressRate: number
  /** Most requests for tokens from one address in a minute. */
  readonly tokenRate: number
  /** Most wrong secrets for one client from one address in a minute. */
  readonly secretRate: number
  /** Addresses of proxies whose X-Forwarded-* headers are believed; none by default. */
  readonly trustedProxies: readonly string[]
  /** Life of an access token, at most 900. */
  readonly tokenLifetimeSeconds: number
  /** Opens `/metrics` beside the scope `metrics:read`; null for none. */
  readonly metricsToken: string | null
  /** Whether people are shown pages, under `/web`. */
  readonly webPages: boolean
  /** Where to report a vulnerability (RFC 9116), as an https or mailto URI. */
  readonly securityContact: string
}
