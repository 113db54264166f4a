import type { EpdContext } from '../../src/domain/epd/review.ts'
import type { EpdDocument, EpdName } from './epds.ts'

/** Under whose name the sound documents are submitted, and somebody else. */
export const OWNER = '11111111-1111-4111-8111-111111111111'
const OTHER = '22222222-2222-4222-8222-222222222222'

export type Change = (document: EpdDocument) => void

/** The entry of a value of an indicator in a module. */
export const value = (epd: EpdDocument, code: string, module: string) =>
  epd['results']
    .find(({ indicator }: EpdDocument) => indicator === code)
    .values.find((each: EpdDocument) => each['module'] === module)

type Defect = readonly [EpdName, Change, string, (string | null)?, Partial<EpdContext>?]

/** Each change of a sound document, and the one finding that it gives, with its pointer. */
export const defects: Readonly<Record<string, Defect>> = {
  'a version that is not higher': [
    'magnet-n48h',
    () => {},
    'EPD_VERSION',
    '/version',
    { current: { version: '01.00.000', key: [1, 0, 0] } }
  ],
  'an id that says that there is none': [
    'magnet-n48h',
    (epd) => (epd['id'] = '00000000-0000-0000-0000-000000000000'),
    'EPD_ID',
    '/id'
  ],
  'the last id that there is': [
    'magnet-n48h',
    (epd) => (epd['id'] = 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
    'EPD_ID',
    '/id'
  ],
  'a name of which nobody sees all': [
    'magnet-n48h',
    (epd) => (epd['operator'].name += '\u200b'),
    'EPD_UNSEEN',
    '/operator/name'
  ],
  'a number with a space that is another one': [
    'magnet-n48h',
    (epd) => (epd['registrationNumber'] = 'DEMO\u00a01'),
    'EPD_UNSEEN',
    '/registrationNumber'
  ],
  'two scenarios that look like one': [
    'ndpr-oxide',
    (epd) => epd['scenarios'].push({ id: `${epd['scenarios'][0].id}\u2060` }),
    'EPD_UNSEEN',
    '/scenarios/2/id'
  ],
  'an owner that does not submit': [
    'magnet-n48h',
    (epd) => (epd['owner'].organization = OTHER),
    'EPD_OWNER',
    '/owner/organization'
  ],
  'a practitioner that is not registered': [
    'magnet-n48h',
    (epd) => (epd['practitioner'].organization = OTHER),
    'EPD_PARTY_UNKNOWN',
    '/practitioner/organization'
  ],
  'an operator that is not registered': [
    'magnet-n48h',
    (epd) => (epd['operator'].organization = OTHER),
    'EPD_PARTY_UNKNOWN',
    '/operator/organization'
  ],
  'a verifier that is not registered': [
    'magnet-n48h',
    (epd) => (epd['verification'].verifier.organization = OTHER),
    'EPD_PARTY_UNKNOWN',
    '/verification/verifier/organization'
  ],
  'a practitioner that verifies the own study': [
    'magnet-n48h',
    (epd) => (epd['verification'].verifier.name = 'DEMO LCA Consultants'),
    'EPD_REVIEWER',
    '/verification/verifier'
  ],
  'a practitioner that verifies under a name that only looks like another': [
    'magnet-n48h',
    (epd) => (epd['verification'].verifier.name = 'Ｄemo LCA  Consultants'),
    'EPD_REVIEWER',
    '/verification/verifier'
  ],
  'an owner that verifies itself': [
    'magnet-n48h',
    (epd) => (epd['verification'].verifier.organization = OWNER),
    'EPD_REVIEWER',
    '/verification/verifier'
  ],
  'a day that no calendar has': [
    'magnet-n48h',
    (epd) => (epd['validFrom'] = '2026-02-29'),
    'EPD_DATE_INVALID',
    '/validFrom'
  ],
  'an end on the first day': [
    'magnet-n48h',
    (epd) => Object.assign(epd, { validFrom: '2026-12-01', validUntil: '2026-12-01' }),
    'EPD_DATE_ORDER',
    '/validUntil'
  ],
  'a data period that runs backwards': [
    'magnet-n48h',
    (epd) => (epd['dataPeriod'].until = '2024-12-31'),
    'EPD_DATE_ORDER',
    '/dataPeriod/until'
  ],
  'a publication after the end': [
    'magnet-n48h',
    (epd) => (epd['published'] = '2031-11-01'),
    'EPD_DATE_LATE',
    '/published'
  ],
  'a verification that is still to come': [
    'magnet-n48h',
    (epd) => (epd['verification'].date = '2026-11-24'),
    'EPD_DATE_FUTURE',
    '/verification/date'
  ],
  'data of a year that is still to come': [
    'magnet-n48h',
    (epd) => (epd['dataPeriod'].until = '2027-12-31'),
    'EPD_DATE_FUTURE',
    '/dataPeriod/until'
  ],
  'a day more than five years': [
    'magnet-n48h',
    (epd) => (epd['validUntil'] = '2031-11-02'),
    'EPD_VALIDITY_PERIOD',
    '/validUntil'
  ],
  'a year more than five years, years only': [
    'ndpr-oxide',
    (epd) => (epd['validUntil'] = '2032'),
    'EPD_VALIDITY_PERIOD',
    '/validUntil'
  ],
  'a validity that is over': [
    'magnet-n48h',
    () => {},
    'EPD_EXPIRED',
    '/validUntil',
    { today: '2031-11-01' }
  ],
  'rules that had expired before the verification': [
    'magnet-n48h',
    (epd) => (epd['pcr'].validUntil = '2026-10-19'),
    'EPD_PCR_EXPIRED',
    '/pcr/validUntil'
  ],
  'UK instead of GB': [
    'magnet-n48h',
    (epd) => (epd['verification'].verifier.country = 'UK'),
    'EPD_COUNTRY',
    '/verification/verifier/country'
  ],
  'a region of another country': [
    'magnet-n48h',
    (epd) => (epd['sites'][0].region = 'SE-AB'),
    'EPD_COUNTRY',
    '/sites/0/region'
  ],
  'a geography that does not exist': [
    'ndpr-oxide',
    (epd) => (epd['geography'] = ['001', 'XX-1']),
    'EPD_COUNTRY',
    '/geography/1'
  ],
  'a facility that is not registered': [
    'magnet-n48h',
    (epd) => (epd['sites'][0].facility = OTHER),
    'EPD_FACILITY_UNKNOWN',
    '/sites/0/facility'
  ],
  'a site without a place': [
    'magnet-n48h',
    (epd) => (epd['sites'] = [{ name: 'Somewhere' }]),
    'EPD_SITE',
    '/sites/0'
  ],
  'an unknown stage': [
    'magnet-n48h',
    (epd) => (epd['product'].stage = 'smelting'),
    'EPD_STAGE_UNKNOWN',
    '/product/stage'
  ],
  'an unknown product class': [
    'magnet-n48h',
    (epd) => (epd['product'].class = 'supermagnet'),
    'EPD_PRODUCT_UNKNOWN',
    '/product/class'
  ],
  'a product that nobody names': [
    'magnet-n48h',
    (epd) => Object.assign(epd['product'], { stage: 'unstated', class: 'unstated' }),
    'EPD_PRODUCT_UNSTATED',
    '/product'
  ],
  'figures that are for nobody knows what': [
    'magnet-n48h',
    (epd) => (epd['declaredUnit'] = { value: '1.0', unit: 'unstated' }),
    'EPD_UNIT_UNSTATED',
    '/declaredUnit'
  ],
  'a density that thickness and grammage contradict': [
    'magnet-n48h',
    (epd) =>
      (epd['declaredUnit'].properties = [
        { property: 'gross_density', value: '2.4', unit: 'kg/m3' },
        { property: 'layer_thickness', value: '0.08', unit: 'm' },
        { property: 'grammage', value: '179', unit: 'kg/m2' }
      ]),
    'EPD_PROPERTIES',
    '/declaredUnit/properties/0/value'
  ],
  'a density whose unit makes it a thousand times as much': [
    'magnet-n48h',
    (epd) =>
      (epd['declaredUnit'].properties = [
        { property: 'gross_density', value: '2237', unit: 'g/cm³' },
        { property: 'layer_thickness', value: '80', unit: 'mm' },
        { property: 'grammage', value: '179', unit: 'kg/m^2' }
      ]),
    'EPD_PROPERTIES',
    '/declaredUnit/properties/0/value'
  ],
  'a conversion factor that is the wrong way round': [
    'ndpr-oxide',
    (epd) =>
      (epd['declaredUnit'].properties = [
        { property: 'conversion_factor_to_1_kg', value: '0.001', unit: '-' }
      ]),
    'EPD_CONVERSION_FACTOR',
    '/declaredUnit/properties/0/value'
  ],
  'a registration number of nobody': [
    'magnet-n48h',
    (epd) => (epd['registrationNumber'] = '10997'),
    'EPD_REGISTRATION_NUMBER',
    '/registrationNumber'
  ],
  'a total at the gate that is not the sum of parts by module': [
    'magnet-n48h',
    (epd) => {
      const [total, fossil] = epd['results']
      total.values[0].value = '62.41'
      fossil.values = ['A1', 'A2', 'A3'].map((module) => ({ module, value: '8.70' }))
    },
    'EPD_INDICATOR_SUM',
    '/results/0/values/0/value'
  ],
  'grams per kilowatt-hour': [
    'magnet-n48h',
    (epd) => (epd['electricity'].kgCo2ePerKwh = '58'),
    'EPD_ELECTRICITY_FACTOR',
    '/electricity/kgCo2ePerKwh'
  ],
  'electricity that emits less than nothing': [
    'magnet-n48h',
    (epd) => (epd['electricity'].kgCo2ePerKwh = '-0.058'),
    'EPD_ELECTRICITY_FACTOR',
    '/electricity/kgCo2ePerKwh'
  ],
  'sites of more than the production': [
    'magnet-n48h',
    (epd) => (epd['sites'] = ['0.7', '0.4'].map((share) => ({ country: 'FI', share }))),
    'EPD_SHARE_SUM',
    '/sites'
  ],
  'declarations that are built in as more than the whole': [
    'magnet-n48h',
    (epd) =>
      epd['includes'].push({
        name: 'Boron',
        quantity: { value: '0.01', unit: 'KGM' },
        gwpShare: '0.54'
      }),
    'EPD_SHARE_SUM',
    '/includes'
  ],
  'biogenic carbon that nobody took up': [
    'magnet-n48h',
    (epd) => (epd['biogenicCarbon'] = { productKg: '1.0' }),
    'EPD_BIOGENIC_CARBON',
    '/biogenicCarbon/productKg'
  ],
  'more biogenic carbon than was taken up': [
    'magnet-n48h',
    (epd) => (epd['biogenicCarbon'] = { productKg: '0.4' }),
    'EPD_BIOGENIC_CARBON',
    '/biogenicCarbon/productKg'
  ],
  'more biogenic carbon than the product weighs': [
    'magnet-n48h',
    (epd) => (epd['biogenicCarbon'] = { productKg: '1.001' }),
    'EPD_BIOGENIC_RANGE',
    '/biogenicCarbon/productKg'
  ],
  'packaging with less biogenic carbon than none': [
    'magnet-n48h',
    (epd) => (epd['biogenicCarbon'] = { packagingKg: '-0.4' }),
    'EPD_BIOGENIC_RANGE',
    '/biogenicCarbon/packagingKg'
  ],
  'a unit group that nobody knows': [
    'magnet-n48h',
    (epd) => (epd['results'][5].unitGroup = OTHER),
    'EPD_UNIT_GROUP',
    '/results/5/unitGroup'
  ],
  'a unit that is written as another than its group is of': [
    'magnet-n48h',
    (epd) => {
      epd['results'][0].unitGroup = '1ebf3012-d0db-4de2-aefd-ef30cedb0be1'
      epd['results'][0].unit = 'MJ'
    },
    'EPD_UNIT_TEXT',
    '/results/0/unit'
  ],
  'tonnes beside the unit group of kilograms': [
    'magnet-n48h',
    (epd) => {
      epd['results'][0].unitGroup = '1ebf3012-d0db-4de2-aefd-ef30cedb0be1'
      epd['results'][0].unit = 't CO2-eq'
    },
    'EPD_UNIT_TEXT',
    '/results/0/unit'
  ],
  'phosphate for phosphorus, as the first edition of +A2 had it': [
    'magnet-n48h',
    (epd) => (epd['results'][6].unit = 'kg PO4 eq'),
    'EPD_UNIT',
    '/results/6/unit'
  ],
  'a unit group of another unit': [
    'magnet-n48h',
    (epd) => (epd['results'][5].unitGroup = '93a60a57-a3c8-11da-a746-0800200c9a66'),
    'EPD_UNIT',
    '/results/5/unit'
  ],
  'a product that the stage does not make': [
    'ndpr-metal-gate-to-gate',
    (epd) => (epd['product'].stage = 'mining'),
    'EPD_PRODUCT_STAGE',
    '/product/class'
  ],
  'a CAS number with a wrong check digit': [
    'ndpr-oxide',
    (epd) => (epd['product'].composition.components[0].cas = '1313-97-8'),
    'EPD_CLASSIFICATION',
    '/product/composition/components/0/cas'
  ],
  'an HS code with an odd number of digits': [
    'ndpr-oxide',
    (epd) => (epd['product'].classifications[0].code = '28469'),
    'EPD_CLASSIFICATION',
    '/product/classifications/0/code'
  ],
  'an HS heading of something else': [
    'ndpr-oxide',
    (epd) => (epd['product'].classifications[0].code = '8505.11'),
    'EPD_HS_PRODUCT',
    '/product/classifications/0/code'
  ],
  'an oxide where elements are meant': [
    'magnet-n48h',
    (epd) => (epd['product'].composition.components[0].substance = 'Nd2O3'),
    'EPD_COMPOSITION_SUBSTANCE',
    '/product/composition/components/0/substance'
  ],
  'an element where oxides are meant': [
    'ndpr-oxide',
    (epd) => (epd['product'].composition.components[0].substance = 'Nd'),
    'EPD_COMPOSITION_SUBSTANCE',
    '/product/composition/components/0/substance'
  ],
  'bounds the wrong way round': [
    'magnet-n48h',
    (epd) => (epd['product'].composition.components[5].minimumPct = '1.6'),
    'EPD_COMPOSITION_RANGE',
    '/product/composition/components/5/maximumPct'
  ],
  'a composition of more than the whole': [
    'ndpr-oxide',
    (epd) => (epd['product'].composition.components[0].sharePct = '77.2'),
    'EPD_COMPOSITION_SUM'
  ],
  'a complete composition that is not': [
    'magnet-n48h',
    (epd) => (epd['product'].composition.components[0].sharePct = '18'),
    'EPD_COMPOSITION_SUM'
  ],
  'a unit as people write it': [
    'magnet-n48h',
    (epd) => (epd['declaredUnit'].unit = 'kg'),
    'EPD_UNIT_UNKNOWN',
    '/declaredUnit/unit'
  ],
  'nothing as the declared unit': [
    'magnet-n48h',
    (epd) => (epd['declaredUnit'].value = '0.0'),
    'EPD_QUANTITY',
    '/declaredUnit/value'
  ],
  'a cubic meter without a density (N31)': [
    'magnet-n48h',
    (epd) => (epd['declaredUnit'].unit = 'MTQ'),
    'EPD_DECLARED_UNIT',
    '/declaredUnit'
  ],
  'a mass that contradicts the unit': [
    'ndpr-metal-gate-to-gate',
    (epd) => (epd['declaredUnit'].mass.value = '1000'),
    'EPD_MASS_MISMATCH',
    '/declaredUnit/mass'
  ],
  'allocation shares of 1.07 (N29)': [
    'magnet-n48h',
    (epd) => (epd['allocation'].shares[1].share = '0.10'),
    'EPD_ALLOC_SUM',
    '/allocation/shares'
  ],
  'a share in percent': [
    'magnet-n48h',
    (epd) => (epd['includes'][0].gwpShare = '48'),
    'EPD_SHARE_RANGE',
    '/includes/0/gwpShare'
  ],
  'primary data of 130 % (N34)': [
    'magnet-n48h',
    (epd) => (epd['dataQuality'].primaryDataSharePct = '130'),
    'EPD_PDS_RANGE',
    '/dataQuality/primaryDataSharePct'
  ],
  'a cradle that is not declared': [
    'ndpr-metal-gate-to-gate',
    (epd) => (epd['boundary'].kind = 'cradle_to_gate'),
    'EPD_BOUNDARY',
    '/boundary/modules'
  ],
  'raw materials inside gate to gate': [
    'ndpr-metal-gate-to-gate',
    (epd) => epd['boundary'].modules.push('A1'),
    'EPD_BOUNDARY',
    '/boundary/kind'
  ],
  'two scenarios of one name': [
    'ndpr-oxide',
    (epd) => epd['scenarios'].push({ id: 'recycling' }),
    'EPD_SCENARIO_DUPLICATE',
    '/scenarios/2/id'
  ],
  'a scenario that nobody describes': [
    'ndpr-oxide',
    (epd) => (epd['scenarios'][1].id = 'landfill'),
    'EPD_SCENARIO_UNKNOWN'
  ],
  'an upstream declaration without a name': [
    'magnet-n48h',
    (epd) => (epd['includes'] = [{ quantity: { value: '1', unit: 'KGM' } }]),
    'EPD_INCLUDED_UNNAMED',
    '/includes/0'
  ],
  'a declaration that includes itself': [
    'magnet-n48h',
    (epd) => (epd['includes'][0].epd = epd['id']),
    'EPD_INCLUDES_ITSELF',
    '/includes/0/epd'
  ],
  'a declaration that is included twice': [
    'magnet-n48h',
    (epd) => epd['includes'].push({ ...epd['includes'][0] }),
    'EPD_INCLUDED_TWICE',
    '/includes/1'
  ],
  'an unknown method': [
    'magnet-n48h',
    (epd) => (epd['methodSet'] = 'EF 4.0'),
    'EPD_METHOD_UNKNOWN',
    '/methodSet'
  ],
  'a figure of a method of no standard': [
    'magnet-n48h',
    (epd) =>
      epd['results'].push({
        indicator: 'GWP',
        method: 'TRACI 2.1',
        unit: 'kg CO2 eq',
        values: [{ module: 'A1-A3', value: '27' }]
      }),
    'EPD_METHOD_OTHER',
    '/results/37'
  ],
  'an indicator of +A1 under EF 3.1': [
    'magnet-n48h',
    (epd) => (epd['results'][4].indicator = 'EP'),
    'EPD_INDICATOR_METHOD',
    '/results/4/indicator'
  ],
  'an indicator nobody defines': [
    'magnet-n48h',
    (epd) => (epd['results'][4].indicator = 'XYZ'),
    'EPD_INDICATOR_UNKNOWN',
    '/results/4/indicator'
  ],
  'kilowatt hours of primary energy': [
    'magnet-n48h',
    (epd) => (epd['results'][19].unit = 'kWh'),
    'EPD_UNIT',
    '/results/19/unit'
  ],
  'sulfur dioxide for moles of protons': [
    'magnet-n48h',
    (epd) => (epd['results'][5].unit = 'kg SO2 eq'),
    'EPD_UNIT',
    '/results/5/unit'
  ],
  'a module nobody knows': [
    'ndpr-oxide',
    (epd) => epd['boundary'].modules.push('B9'),
    'EPD_MODULE_UNKNOWN',
    '/boundary/modules/4'
  ],
  'a value outside the boundary': [
    'magnet-n48h',
    (epd) => (value(epd, 'AP', 'C1').value = '0'),
    'EPD_MODULE_UNDECLARED',
    '/results/5/values/1/module'
  ],
  'a blank inside the boundary': [
    'magnet-n48h',
    (epd) => (value(epd, 'AP', 'A1-A3').value = 'MND'),
    'EPD_MODULE_BLANK',
    '/results/5/values/0/value'
  ],
  'a value that no number holds': [
    'magnet-n48h',
    (epd) => (value(epd, 'AP', 'A1-A3').value = '1E999'),
    'EPD_VALUE_INVALID',
    '/results/5/values/0/value'
  ],
  'two values for one key': [
    'ndpr-oxide',
    (epd) => epd['results'][4].values.push({ module: 'A1', value: '1' }),
    'EPD_VALUE_DUPLICATE',
    '/results/4/values/3'
  ],
  'a sum of modules beside its parts': [
    'ndpr-oxide',
    (epd) => epd['results'][4].values.push({ module: 'A1-A3', value: '202' }),
    'EPD_MODULE_OVERLAP',
    '/results/4/values/3'
  ],
  'a biogenic part that the total forgets': [
    'magnet-n48h',
    (epd) => (value(epd, 'GWP-biogenic', 'A1-A3').value = '2.1'),
    'EPD_INDICATOR_SUM',
    '/results/0/values/0/value'
  ],
  'primary energy whose parts are zero': [
    'magnet-n48h',
    (epd) => (value(epd, 'PENRE', 'A1-A3').value = '0'),
    'EPD_INDICATOR_SUM',
    '/results/24/values/0/value'
  ],
  'no place': ['magnet-n48h', (epd) => delete epd['geography'], 'EPD_UNSTATED', '/geography'],
  'no allocation': [
    'magnet-n48h',
    (epd) => delete epd['allocation'],
    'EPD_UNSTATED',
    '/allocation'
  ],
  'a negative footprint at the gate (N32)': [
    'ndpr-oxide',
    (epd) => {
      epd['product'].class = 'mixed_oxide'
      epd['results'] = epd['results'].slice(0, 1)
      value(epd, 'GWP-total', 'A1').value = '-90000'
    },
    'EPD_NEGATIVE_A1A3',
    '/results/0/values/0'
  ],
  'a primary magnet at 0.2 kg CO2e per kg (N33)': [
    'magnet-n48h',
    (epd) =>
      (epd['results'] = [{ ...epd['results'][0], values: [{ module: 'A1-A3', value: '0.2' }] }]),
    'EPD_IMPLAUSIBLE_GWP',
    '/results/0/values/0'
  ]
}
