import { Type } from 'typebox'
import type { EvidenceLevel } from '../../domain/custody/event.ts'
import type { ConsideredException } from '../../domain/regulation/exceptions/exception.ts'
import type { Closer } from '../../domain/regulation/gap.ts'
import type { EvidenceOutcome, MissingCause } from '../../domain/regulation/judgement.ts'
import type { MaterialId } from '../../domain/regulation/rule-set.ts'
import type { ReasonKind } from '../../domain/regulation/verdict.ts'
import { named } from '../description/answers.ts'
import { nullable, Share } from './batch-parts.ts'

/** The names of a union, all of them: one that the domain adds is missed by the compiler. */
function every<Name extends string>(names: Readonly<Record<Name, string>>, description: string) {
  const told = Object.entries<string>(names).map(([name, means]) => `\`${name}\`: ${means}`)
  const known = Object.keys(names) as Name[]
  return Type.Enum(known, { description: `${description} ${told.join('; ')}.` })
}

const Kind = every<ReasonKind>(
  {
    covered_country: 'done in a covered country',
    end_item_country: 'the end item is made in one',
    no_evidence: 'nobody has evidenced where',
    review_place: 'a person has to decide about the place',
    declared_only: 'declared, without a document'
  },
  'What keeps it from passing.'
)

const Cause = every<MissingCause>(
  {
    no_record: 'no execution is known',
    no_place: 'one is, but not where',
    custody_model: 'the custody model is no evidence of physical origin',
    batch_status: 'the batch is under correction',
    not_assayed: 'elements that nobody measured may be in it',
    done_again: 'what came in had the step behind it, and nobody said where it was done'
  },
  'Why there is no evidence.'
)

const Level = Type.Enum<EvidenceLevel[]>([
  'declared',
  'documented',
  'counterparty_confirmed',
  'verified'
])

export const Material = Type.Enum<MaterialId[]>(['NdFeB', 'SmCo'])

const Element = Type.String({ description: 'Symbol of an element; `*` for the magnet as a whole.' })
const Country = Type.String({ description: 'ISO 3166-1 alpha-2, as the clause counts it.' })
const atLeast = Share("Least part of the element's mass that is concerned.")

const reason = {
  kind: Kind,
  element: Element,
  step: Type.String({
    description: 'The legal step; `end_item` of the end item, `assay` of what was not measured.'
  }),
  country: Type.Optional(Country),
  cause: Type.Optional(Cause),
  share: atLeast
}

export const DfarsReason = named(
  'DfarsReason',
  Type.Object(reason, { description: 'One thing that keeps a batch from passing.' })
)

export const EvidenceReference = named(
  'EvidenceReference',
  Type.Object({
    kind: Type.String({
      description: '`event` of a recorded event, else the kind of a document that it names.'
    }),
    event: Type.String({ description: 'Id of the event.' }),
    sha256: nullable(Type.String(), 'Of the exact bytes, hex; null where it states none.'),
    level: Level,
    issuer: nullable(Type.String(), 'Who issued the document, where the event says so.')
  })
)

export const DfarsEvidence = named(
  'DfarsEvidence',
  Type.Object(
    {
      element: Element,
      step: Type.String({ description: 'The legal step that was performed.' }),
      party: Type.Object(
        { id: nullable(Type.String()), name: nullable(Type.String()) },
        {
          description:
            'The facility that did it, or the organization that told of it; null where you may not know.'
        }
      ),
      country: Country,
      place: Type.String({ description: 'ISO 3166-2 where known, else the country.' }),
      share: Share("Part of the element's mass in the batch that passed this step there."),
      source: Type.Enum(['recorded', 'declared']),
      level: Level,
      outcome: every<EvidenceOutcome>(
        {
          accepted: 'evidenced outside covered countries',
          covered_country: 'in a covered country',
          review_place: 'a person has to decide about the place',
          declared_only: 'declared, without a document',
          no_place: 'nobody said where',
          claim_only: 'told of material that is physically elsewhere',
          unverified: 'of a batch that is under correction'
        },
        'What it counts for.'
      ),
      dates: Type.Array(Type.String(), {
        description: 'Calendar days of the executions, ascending; none where it was only declared.'
      }),
      references: Type.Array(EvidenceReference, {
        description: 'The events and documents behind it.'
      })
    },
    { description: 'Who put how much of an element through a step, where, and who says so.' }
  )
)

const DfarsCloser = named(
  'DfarsCloser',
  Type.Object({
    party: Type.Object({
      organization: nullable(Type.String(), 'Null where you may not know; ask your own supplier.')
    }),
    batch: nullable(Type.String(), 'The batch whose history is missing, where you may know it.'),
    role: every<Closer['role']>(
      { source: 'brought that batch into the books', holder: 'made the batch that is asked about' },
      'Why this party.'
    )
  })
)

export const DfarsGap = named(
  'DfarsGap',
  Type.Object(
    { ...reason, closers: Type.Array(DfarsCloser, { description: 'Who can close it.' }) },
    { description: 'A reason that more evidence or a decision can remove.' }
  )
)

export const DfarsException = named(
  'DfarsException',
  Type.Object(
    {
      id: Type.String(),
      cite: Type.String(),
      outcome: every<ConsideredException['outcome']>(
        {
          applies: 'the batch is exempt',
          not_claimed: 'nobody says so',
          not_met: 'the books show otherwise',
          lost: 'claimed, but a limit takes it away',
          undetermined: 'a fact is missing',
          review: 'a person must decide, and until then it does not exempt',
          no_exception: 'a text that reads like an exception and is none'
        },
        'Whether it holds.'
      ),
      basis: Type.Enum<ConsideredException['basis'][]>(['requester', 'books', 'law'], {
        description: 'Who the facts come from.'
      }),
      explanation: Type.String({
        description: 'The exception in words, and why it comes out so.'
      }),
      conditions: Type.Array(Type.String(), {
        description: 'What must also be true, although nobody declared it.'
      })
    },
    { description: 'An exception of the clause, and whether it holds.' }
  )
)

export const DfarsNote = named(
  'DfarsNote',
  Type.Object(
    {
      material: Material,
      exceptions: Type.Array(Type.String(), { description: 'Ids of the exceptions it speaks of.' }),
      cite: Type.String(),
      text: Type.String()
    },
    { description: 'What the clause says beside.' }
  )
)

export const DfarsRules = named(
  'DfarsRules',
  Type.Object(
    {
      ruleSet: Type.String(),
      revision: Type.String({ description: 'Of the data of the rules.' }),
      clause: Type.String({ description: 'The clause as printed, such as `MAY 2024`.' }),
      scope: Type.String({ description: 'The part of it that the date of delivery falls under.' }),
      from: nullable(Type.String(), 'First day of that part, YYYY-MM-DD.'),
      until: nullable(Type.String(), 'Its last day, YYYY-MM-DD.'),
      cite: Type.String()
    },
    { description: 'Exactly which rules gave the verdict, so that it can be computed again.' }
  )
)
