import { settings } from './config-settings.ts'
import { ValueRefused } from './config-values.ts'

type Settings = typeof settings
type Values = { readonly [Name in keyof Settings]: ReturnType<Settings[Name]['parse']> }

/** Everything that the surroundings decide (config-settings.ts says what each means), frozen. */
export interface Config extends Omit<Values, 'publicUrl' | 'url'> {
  readonly publicUrl: string
  readonly url: string
}

type Environment = Readonly<Record<string, string | undefined>>

const PREFIX = 'LODESTONE_'

/** The environment cannot be used. The message names every problem, one a line. */
export class ConfigRefused extends Error {
  override readonly name = 'ConfigRefused'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The environment is refused:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

/**
 * The configuration that an environment describes. An empty variable counts as absent. Throws
 * ConfigRefused where a value is wrong or a `LODESTONE_` variable is not known, because a setting
 * with a slip of the pen would be ignored silently. Secrets are never repeated in messages.
 */
export function readConfig(env: Environment = process.env): Config {
  const problems = unknownVariables(env)
  const values: Record<string, unknown> = {}
  for (const [name, { variable, alias, fallback, parse }] of Object.entries(settings)) {
    const source = [variable, alias].find((candidate) => candidate && env[candidate])
    const text = source === undefined ? fallback : env[source]
    try {
      values[name] = text === null || text === undefined ? null : parse(text)
    } catch (error) {
      if (!(error instanceof ValueRefused)) throw error
      problems.push(`${source ?? variable} ${error.message}`)
    }
  }
  if (problems.length > 0) throw new ConfigRefused(problems)
  const publicUrl = values['publicUrl'] ?? `http://localhost:${values['port']}`
  const config = { ...values, publicUrl, url: values['url'] ?? publicUrl } as Config
  refuseOwnName(config)
  return Object.freeze(config)
}

/** Tokens of our own would be held to the keys of somebody else, and nobody could come in with a secret. */
function refuseOwnName({ trustedIssuers, publicUrl }: Config): void {
  if (trustedIssuers.every(({ issuer }) => issuer !== publicUrl)) return
  throw new ConfigRefused([
    `${settings.trustedIssuers.variable} must not name ${publicUrl}, which is the service itself: its own tokens count anyway`
  ])
}

function unknownVariables(env: Environment): string[] {
  const known = new Set<string>(Object.values(settings).map(({ variable }) => variable))
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.has(name))
    .sort()
    .map((name) => `${name} is not a setting; ${settingMeant(name, [...known])}`)
}

function settingMeant(name: string, known: readonly string[]): string {
  const distances = known.map((setting) => ({ setting, apart: distance(setting, name) }))
  const least = Math.min(...distances.map(({ apart }) => apart))
  const nearest = distances.filter(({ apart }) => apart === least)
  const most = Math.min(MOST_APART, (name.length - PREFIX.length) / 2)
  if (least > most) return `there are ${known.join(', ')}`
  return `is ${nearest.map(({ setting }) => setting).join(' or ')} meant?`
}

/** A slip of the pen changes no more characters. */
const MOST_APART = 3

/** How many characters differ between what both begin and end with; none where one begins with the other. */
function distance(setting: string, name: string): number {
  if (name.length > PREFIX.length + 2 && name.startsWith(setting)) return 0
  const longest = Math.max(setting.length, name.length)
  return longest - alike(setting, name) - alike([...setting].reverse(), [...name].reverse())
}

/** How many characters they begin with in common. */
function alike(one: ArrayLike<string>, other: ArrayLike<string>): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length += 1
  return length
}
