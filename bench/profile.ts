import { type Profiler, Session } from 'node:inspector/promises'

/** Where the time of a process goes: a part of the code, and its share of the time that it worked. */
export interface Area {
  readonly area: string
  readonly share: number
}

const SAMPLE_US = 500

/** Samples this process until the answer is called. */
export async function startProfile(): Promise<() => Promise<readonly Area[]>> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US })
  await session.post('Profiler.start')
  return async () => {
    const { profile } = await session.post('Profiler.stop')
    session.disconnect()
    return areasOf(profile)
  }
}

/** Each sample belongs to the innermost part of ours, or to the package, that was at work. */
function areasOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): readonly Area[] {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const above = new Map(
    nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id] as const))
  )
  const named = new Map<number, string | null>()
  const nameOf = (id: number): string | null => {
    const known = named.get(id)
    if (known !== undefined) return known
    const frame = byId.get(id)?.callFrame
    const parent = above.get(id)
    const name = frame && areaOf(frame)
    const area = name ?? (parent === undefined ? 'Node itself' : nameOf(parent))
    named.set(id, area)
    return area
  }
  const times = new Map<string, number>()
  samples.forEach((id, index) => {
    if (byId.get(id)?.callFrame.functionName === '(idle)') return
    const area = nameOf(id) ?? 'Node itself'
    times.set(area, (times.get(area) ?? 0) + (timeDeltas[index] ?? 0))
  })
  const total = [...times.values()].reduce((sum, time) => sum + time, 0)
  return [...times]
    .map(([area, time]) => ({ area, share: time / total }))
    .sort((a, b) => b.share - a.share)
}

function areaOf({ functionName, url }: Profiler.ProfileNode['callFrame']): string | undefined {
  if (functionName === '(garbage collector)') return 'garbage collection'
  const ours = /\/src\/((?:domain|formats|http|registry|storage)\/[\w-]+|[\w-]+)/.exec(url)?.[1]
  if (ours !== undefined) return `src/${folderOf(ours)}`
  const installed = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]
  return installed
}

/** `storage/session` is a file: it counts with its room; `domain/custody` is a folder. */
function folderOf(path: string): string {
  const [room = '', rest = ''] = path.split('/')
  return room === 'domain' || rest === 'write' || rest === 'native' ? path : room
}
