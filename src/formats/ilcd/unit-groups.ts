/**
 * Units by the id of their ILCD unit group: texts are spelled in dozens of ways. Both ids that are in
 * use for mass, volume, area and items are here. Source: InDataWG/ILCD-EPD-Data-Format,
 * doc/identifiers/Flow_properties_and_unit_groups.csv at beb0fde (Apache-2.0).
 */
const units: Readonly<Record<string, string>> = {
  '93a60a57-a4c8-11da-a746-0800200c9a66': 'KGM',
  'ad38d542-3fe9-439d-9b95-2f5f7752acaf': 'KGM',
  '93a60a57-a3c8-12da-a746-0800200c9a66': 'MTQ',
  'cd950537-0a98-4044-9ba7-9f9a68d0a504': 'MTQ',
  '93a60a57-a3c8-18da-a746-0800200c9a66': 'MTK',
  'c20a03d7-bd90-4569-bc94-66cfd364dfc8': 'MTK',
  '838aaa22-0117-11db-92e3-0800200c9a66': 'MTR',
  '5beb6eed-33a9-47b8-9ede-1dfe8f679159': 'C62',
  '934110e3-baf4-49e9-992c-3d8109a6aafb': 'C62',
  '93a60a57-a3c8-11da-a746-0800200c9a66': '3B',
  '93a60a57-a3c8-16da-a746-0800200c9a66': '2Q'
}

/** The flow property mass; the net calorific value differs from it in one digit. */
export const massProperty = '93a60a56-a3c8-11da-a746-0800200b9a66'

/** The UN/ECE Rec 20 code of the reference unit of a unit group. */
export function unitOfGroup(uuid: string): string | undefined {
  return units[uuid.toLowerCase()]
}
