import { PROBLEM_MEDIA_TYPE } from '../problem.ts'

/**
 * What answers have in common and no route says of itself: their headers, the 304 of whatever carries an
 * ETag, the receipt that `Prefer: wait` adds. Problems that many routes share are told once. Works on
 * the finished document, since the plugin takes no references to headers and answers.
 */
export function completeAnswers(document: object): void {
  const { paths = {}, components = {} } = document as Described
  const responses: Record<string, Answer> = { NotModified: NOT_MODIFIED }
  for (const [path, item] of Object.entries(paths)) {
    const common = path.startsWith('/health') ? ['X-Request-Id'] : ALWAYS
    for (const [method, operation] of Object.entries(item)) {
      addHeaders(method, operation, common)
      shareProblems(operation, responses)
      if (method === 'get' && '200' in operation.responses) describeCaching(operation)
    }
  }
  Object.assign(components, { headers, responses, parameters: { IfNoneMatch } })
}

function addHeaders(method: string, operation: Operation, common: readonly string[]): void {
  for (const [status, answer] of Object.entries(operation.responses)) {
    const names = [...common, ...headersOf(status, method, operation)]
    answer.headers = Object.fromEntries(names.map((name) => [name, reference('headers', name)]))
    if (status.startsWith('2')) addReceipts(operation, answer)
  }
}

function shareProblems(operation: Operation, shared: Record<string, Answer>): void {
  for (const [status, answer] of Object.entries(operation.responses)) {
    const problem = nameOfProblem(answer)
    if (problem === undefined) continue
    const name = `${status}.${problem}`
    // What some of those that share it leave out may be there all the same.
    shared[name] = { ...answer, headers: { ...shared[name]?.headers, ...answer.headers } }
    operation.responses[status] = reference('responses', name)
  }
}

function describeCaching(operation: Operation): void {
  operation.parameters = [...(operation.parameters ?? []), reference('parameters', 'IfNoneMatch')]
  operation.responses['304'] = reference('responses', 'NotModified')
}

interface Reference {
  readonly $ref: string
}

interface Answer {
  description?: string
  headers?: Record<string, Reference>
  content?: Record<string, { schema?: object; examples?: Record<string, Reference> }>
}

interface Operation {
  operationId?: string
  parameters?: ({ readonly name?: string } | Reference)[]
  responses: Record<string, Answer | Reference> & Record<string, Answer>
}

interface Described {
  readonly paths?: Record<string, Record<string, Operation>>
  readonly components?: object
}

const text = (description: string, example: string) => ({
  description,
  schema: { type: 'string' },
  example
})

const headers = {
  'X-Request-Id': text('The id of the request.', 'd7ae923d-9040-4293-9999-5971a397b10b'),
  RateLimit: text(
    'What is left of the allowance, and for how many seconds; absent where the request was not counted.',
    '"client";r=299999;t=17'
  ),
  'RateLimit-Policy': text(
    'The allowance that the request was counted in: `q` requests in `w` seconds.',
    '"client";q=300000;w=60'
  ),
  ETag: text(
    'Names the bytes of the answer; a weak one names what a page holds beside its `position`.',
    '"ECqbzsrJkxzbx9NQWNbSPRSWpVJ5ONZxLzcrB_eYmbE"'
  ),
  Link: text('The next page (RFC 8288); absent on the last.', '</v1/batches?cursor=…>; rel="next"'),
  Location: text(
    'Where what was made is, or where to go on; absent where it has no address of its own.',
    '/v1/events/7a1c2f0e-3c1b-4a53-9d8e-2f5a1f0c0a02'
  ),
  'Content-Disposition': text('A name for the file.', 'attachment; filename="ship.csv"'),
  'Preference-Applied': text('What of `Prefer` was heeded (RFC 7240).', 'wait=5'),
  'WWW-Authenticate': text(
    'How to say who is calling, or which scope the token lacks (RFC 6750).',
    'Bearer realm="lodestone"'
  ),
  Allow: text('The methods that the address takes, where another one was sent.', 'GET, HEAD'),
  Accept: text('The media types that a body may have here.', 'application/json'),
  'Accept-Encoding': text('Where a content coding was refused: what is taken.', 'identity'),
  'Lodestone-Losses': {
    description: 'How many fields the format that was asked for has no place for.',
    schema: { type: 'integer', minimum: 0 },
    example: 3
  },
  'Retry-After': {
    description: 'Seconds after which the same request may succeed.',
    schema: { type: 'integer', minimum: 0 },
    example: 1
  }
}

const ALWAYS = ['X-Request-Id', 'RateLimit', 'RateLimit-Policy'] as const
const BESIDE_SUCCESS: Readonly<Record<string, readonly string[]>> = {
  303: ['Location'],
  401: ['WWW-Authenticate'],
  403: ['WWW-Authenticate'],
  415: ['Accept', 'Accept-Encoding'],
  // Whoever proves who is calling has an allowance of their own (RFC 9110 11.6.1).
  429: ['Retry-After', 'WWW-Authenticate'],
  503: ['Retry-After'],
  default: ['Allow']
}

const IfNoneMatch = {
  name: 'if-none-match',
  in: 'header',
  description: 'ETags of answers that you have: 304 where one of them is what you would get.',
  schema: { type: 'string' }
}

const NOT_MODIFIED: Answer = {
  description: 'You have it already: nothing has changed.',
  headers: Object.fromEntries([...ALWAYS, 'ETag'].map((name) => [name, reference('headers', name)]))
}

function headersOf(status: string, method: string, operation: Operation): readonly string[] {
  if (!status.startsWith('2')) return BESIDE_SUCCESS[status] ?? []
  const makes = '201' in operation.responses || '202' in operation.responses
  return [
    ...(method === 'get' && status === '200' ? ['ETag'] : []),
    ...(takes(operation, 'cursor') ? ['Link'] : []),
    ...(makes ? ['Location'] : []),
    ...(takes(operation, 'prefer') ? ['Preference-Applied'] : []),
    ...(takes(operation, 'losses') ? ['Lodestone-Losses'] : []),
    ...(isFile(operation.responses[status]) || proves(operation) ? ['Content-Disposition'] : [])
  ]
}

function isFile(answer: Answer | undefined): boolean {
  const types = Object.keys(answer?.content ?? {})
  return types.some((type) => /csv|zip|svg|octet|spreadsheet/.test(type))
}

/** Receipts and bundles are files to keep. */
function proves({ operationId = '' }: Operation): boolean {
  return /(Receipt|Bundle)$/.test(operationId)
}

function takes({ parameters = [] }: Operation, name: string): boolean {
  return parameters.some((parameter) => 'name' in parameter && parameter.name === name)
}

/** Of an answer that is nothing but a problem, the names of its examples; else undefined. */
function nameOfProblem({ content = {} }: Answer): string | undefined {
  const [type, ...others] = Object.keys(content)
  if (type !== PROBLEM_MEDIA_TYPE || others.length > 0) return undefined
  return Object.keys(content[type]?.examples ?? {}).join('.') || 'Problem'
}

const RECEIPT = {
  type: 'string',
  description:
    'The receipt (C2SP tlog-proof), where `Prefer: wait` asked for it and the log covered the entry in time.'
}

function addReceipts(operation: Operation, answer: Answer): void {
  const media = answer.content?.['application/json']
  if (media?.schema && takes(operation, 'prefer')) media.schema = withReceipt(media.schema)
}

interface Shape {
  readonly anyOf?: readonly object[]
  readonly properties?: Readonly<Record<string, object>>
  readonly items?: object
}

/** The parts that `withReceipts` of wait-for-receipt.ts adds to: those that tell of one entry. */
function withReceipt(schema: object): object {
  const { anyOf, properties } = schema as Shape
  if (anyOf) return { ...schema, anyOf: anyOf.map(withReceipt) }
  if (!properties) return schema
  const { results } = properties
  if (results) {
    const items = withReceipt((results as Shape).items ?? {})
    return { ...schema, properties: { ...properties, results: { ...results, items } } }
  }
  const told = ['position', 'stateSince', 'revoked'].some((name) => name in properties)
  return told ? { ...schema, properties: { ...properties, receipt: RECEIPT } } : schema
}

function reference(kind: string, name: string): Reference {
  return { $ref: `#/components/${kind}/${name}` }
}
