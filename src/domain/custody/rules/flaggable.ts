/**
 * Rules that an organization may have flag instead of refuse. The others are structural: without
 * them masses, shares, identities and corrections would not hold together.
 */
export const flaggableRules = ['R3', 'R4', 'R5', 'R9', 'R10', 'R11', 'R12', 'R15'] as const

const RULES = Array.from({ length: 16 }, (_, index) => `R${index + 1}`)

/** In words, for descriptions: nobody is to write this list once more. */
export const standingRules = inWords(
  RULES.filter((rule) => !flaggableRules.some((each) => each === rule))
)

function inWords(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
