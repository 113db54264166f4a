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
  return Object.freeze({ ...values, publicUrl, url: values['url'] ?? publicUrl }) as Config
}

function unknownVariables(env: Environment): string[] {
  const known = new Set<string>(Object.values(settings).map(({ variable }) => variable))
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.has(name))
    .sort()
    .map((name) => `${name} is not a setting; there are ${[...known].join(', ')}`)
}
