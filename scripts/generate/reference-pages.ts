import { settings } from '../../src/config-settings.ts'
import { errors } from '../../src/errors.ts'
import type { Role } from '../../src/identity/principal.ts'
import { roles, scopes } from '../../src/identity/scopes.ts'
import { loadReference } from '../../src/reference.ts'
import type { GeneratedFile } from '../generate.ts'
import { code, page, table, value } from './markdown.ts'

/** docs/reference/: what people look up, from the tables that the program itself uses. */
export async function generateReferencePages(): Promise<readonly GeneratedFile[]> {
  return [
    { path: 'docs/reference/errors.md', content: errorsPage() },
    { path: 'docs/reference/configuration.md', content: configurationPage() },
    { path: 'docs/reference/roles.md', content: rolesPage() },
    { path: 'docs/reference/stages.md', content: stagesPage() }
  ]
}

function errorsPage(): string {
  const rows = Object.entries(errors).map(([name, [status, title]]) => [
    code(name),
    status,
    code(name.toLowerCase().replaceAll('_', '-')),
    title
  ])
  return page(
    'Errors',
    'src/errors.ts',
    'A request that is stopped is answered with problem details (RFC 9457, `application/problem+json`): `type` is `https://lodestone.example/problems/` and the slug, `code` is stable, `detail` says what happened and how to mend it, `instance` names the request as in the log, `errors[]` points at parts of the request. `FINDINGS` carries `findings[]` instead: see [rules](rules.md).',
    table(['code', 'status', 'slug', 'title'], rows)
  )
}

function configurationPage(): string {
  const rows = Object.values(settings).map(({ variable, alias, fallback, description }) => [
    code(variable) + (alias ? ` or ${code(alias)}` : ''),
    fallback === null || fallback === '' ? '–' : code(fallback),
    description
  ])
  return page(
    'Configuration',
    'src/config-settings.ts',
    'Everything is set by variables of the environment. An empty variable counts as absent. A `LODESTONE_` variable that is not listed here, or a value that cannot be used, stops the program at its start with a message that names every problem.',
    table(['variable', 'default', 'meaning'], rows)
  )
}

const forWhom: Readonly<Record<Role, string>> = {
  producer:
    'whoever makes material and declares it: mine, separator, metal and magnet maker, recycler',
  buyer: 'whoever takes material and traces it, and declares none',
  verifier: 'who verifies declarations of others',
  operator:
    'programme operator: registers, publishes and withdraws declarations; registers organizations, and facilities of any',
  auditor: 'who reads what the organization may see, and changes nothing',
  admin:
    'who runs the registry: all of the above, clients of other organizations, the end of a signing policy'
}

function rolesPage(): string {
  const names = Object.keys(roles) as Role[]
  const has = (role: Role, scope: string) => ([...roles[role]] as string[]).includes(scope)
  return page(
    'Roles and scopes',
    'src/identity/scopes.ts',
    'An API client acts for one organization and has one role or several (`POST /v1/clients`). A role is a set of scopes. A token has all of them, or those that `scope` asks for at `/auth/token`. Nobody but an administrator makes a client for another organization, or one that may do more than the caller. A scope opens routes, each names its own at `/docs`; what they show is decided by [visibility](../custody.md#visibility), whatever the role: an auditor or a buyer who neither holds nor held a batch sees it by a grant.',
    table(
      ['role', 'for'],
      names.map((role) => [code(role), forWhom[role]])
    ),
    table(
      ['scope', ...names.map(code), 'lets'],
      Object.entries(scopes).map(([scope, meaning]) => [
        code(scope),
        ...names.map((role) => (has(role, scope) ? 'x' : '')),
        meaning
      ])
    )
  )
}

function stagesPage(): string {
  const { stages, steps, products } = loadReference()
  return page(
    'Stages, steps and products',
    'data/stages.json, data/steps.json and data/products.json',
    '## Stages\n\nWhat a facility does to material. Stages of an event run along the chain (`order`); recovery is the percentage of the target elements that leaves in the main product.',
    table(
      ['stage', 'name', 'order', 'typical recovery', 'hard limits', 'balance'],
      [...stages.values()].map((stage) => [
        code(stage.id),
        stage.name,
        value(stage.order),
        range(stage.recoveryTypical),
        range(stage.recoveryHard),
        stage.balance
      ])
    ),
    '## Steps\n\nWhat a regulation asks about, the stages that count as it, and the elements for which it must be known. `REE` is every rare earth, `*` the whole material; `where done` marks steps that not every material goes through. The mapping is an interpretation, kept as data.',
    table(
      ['step', 'stages', 'elements', 'DFARS 252.225-7052', 'asked from'],
      steps.map((step) => [
        code(step.id),
        step.stages.map(code).join(', '),
        `${step.requiredFor.join(', ')}${step.ifDone ? ' where done' : ''}`,
        step.dfars,
        value(step.dfarsFrom)
      ])
    ),
    '## Products\n\nThe class of a batch: which stages make it and take it, and how it may enter the books without recorded inputs.',
    table(
      ['product class', 'name', 'made by', 'taken by', 'may enter as', 'complete assay'],
      [...products.values()].map((product) => [
        code(product.id),
        product.name,
        product.producedBy.map(code).join(', ') || '–',
        product.consumedBy.map(code).join(', ') || '–',
        product.entries.map(code).join(', ') || '–',
        product.completeAssay ? 'yes' : 'no'
      ])
    )
  )
}

function range(bounds: readonly [string, string] | null): string {
  return bounds === null ? '–' : `${bounds[0]} to ${bounds[1]} %`
}
