import type { Finding } from '../../finding.ts'
import { unseenDetail, unseenInName, unseenInNumber } from '../../unseen.ts'
import type { Epd } from '../epd.ts'
import type { EpdRule } from '../review.ts'
import { report } from './table.ts'

type Stated = readonly [pointer: string, text: string | undefined, look: typeof unseenInName]

/**
 * E26: what looks the same is the same. Names and numbers are looked at, by which declarations are found and
 * things in them are told apart; prose is not.
 */
export const reviewUnseen: EpdRule = ({ epd }) =>
  [...statedBy(epd)].flatMap(([pointer, text, look]): Finding[] => {
    const unseen = text === undefined ? null : look(text)
    return unseen ? [report('EPD_UNSEEN', { pointer, ...unseenDetail(unseen) })] : []
  })

function* statedBy(epd: Epd): Generator<Stated> {
  const { pcr, verification, product } = epd
  for (const [language, text] of Object.entries(epd.name)) {
    yield [`/name/${language}`, text, unseenInName]
  }
  yield ['/owner/name', epd.owner.name, unseenInName]
  yield ['/operator/name', epd.operator?.name, unseenInName]
  yield ['/practitioner/name', epd.practitioner?.name, unseenInName]
  yield ['/verification/verifier/name', verification?.verifier?.name, unseenInName]
  yield ['/registrationNumber', epd.registrationNumber, unseenInNumber]
  yield ['/pcr/id', pcr?.id, unseenInNumber]
  yield ['/pcr/name', pcr?.name, unseenInName]
  yield ['/pcr/version', pcr?.version, unseenInName]
  yield ['/pcr/publisher', pcr?.publisher, unseenInName]
  yield ['/product/grade', product.grade, unseenInName]
  yield* each('/standards', epd.standards, (name) => [['', name, unseenInName]])
  yield* each('/sites', epd.sites, ({ name }) => [['/name', name, unseenInName]])
  yield* each('/scenarios', epd.scenarios, ({ id }) => [['/id', id, unseenInName]])
  yield* each('/product/classifications', product.classifications, ({ system, code }) => [
    ['/system', system, unseenInName],
    ['/code', code, unseenInNumber]
  ])
  yield* each(
    '/product/composition/components',
    product.composition?.components ?? [],
    ({ substance }) => [['/substance', substance, unseenInName]]
  )
  yield* each('/backgroundDatabases', epd.backgroundDatabases, ({ name, version }) => [
    ['/name', name, unseenInName],
    ['/version', version, unseenInName]
  ])
  yield* each('/includes', epd.includes, ({ name }) => [['/name', name, unseenInName]])
  yield* each('/documents', epd.documents, ({ title }) => [['/title', title, unseenInName]])
}

function* each<Member>(
  at: string,
  members: readonly Member[],
  stated: (member: Member) => readonly Stated[]
): Generator<Stated> {
  for (const [index, member] of members.entries()) {
    for (const [below, text, look] of stated(member)) yield [`${at}/${index}${below}`, text, look]
  }
}
