import { childPointer } from '../../domain/pointer.ts'
import type { IlcdNode } from '../ilcd/node.ts'
import { JsonNumber } from '../json-number.ts'
import { isObject, type Json } from '../json-object.ts'

/**
 * The JSON of soda4LCA as the data set that it stands for. Members are elements, arrays repeat them,
 * scalars are attributes as well, and the unnamed extensions in `anies` get their names back.
 */
export function nodeOf(document: Json): IlcdNode {
  const root = element('processDataSet', document, '')
  return { ...root, attributes: new Map([...otherAttributes(document), ...root.attributes]) }
}

/** `{namespace}name` of a Java map of attributes. */
function otherAttributes(document: Json): [string, string][] {
  const others = document['otherAttributes']
  if (!isObject(others)) return []
  return Object.entries(others).map(([name, value]) => [
    name.replace(/^\{[^}]*\}/, ''),
    scalarText(value)
  ])
}

function element(name: string, value: unknown, pointer: string): IlcdNode {
  if (!isObject(value)) {
    return { name, attributes: new Map(), text: scalarText(value), children: [], pointer }
  }
  const scalars = Object.entries(value).filter(([, each]) => isScalar(each))
  return {
    name,
    attributes: new Map(scalars.map(([key, each]) => [key, scalarText(each)])),
    text: scalarText(value['value']),
    children: Object.entries(value).flatMap(([key, each]) =>
      childrenOf(key, each, childPointer(pointer, key))
    ),
    pointer
  }
}

function childrenOf(key: string, value: unknown, pointer: string): IlcdNode[] {
  if (key === 'anies' && Array.isArray(value)) {
    return value.flatMap((any, index) => extension(any, `${pointer}/${index}`))
  }
  // Some writers of JSON leave the brackets of a list of one out, here as elsewhere.
  if (key === 'anies' && isObject(value)) return extension(value, pointer)
  if (Array.isArray(value)) {
    return value.flatMap((each, index) => childrenOf(key, each, `${pointer}/${index}`))
  }
  // A text with its languages beside it: only the languages count.
  if (isObject(value) && Array.isArray(value['lstrings'])) {
    return childrenOf(key, value['lstrings'], `${pointer}/lstrings`)
  }
  return [element(key, value, pointer)]
}

/** One entry of `anies`: an amount, a named value, or an object that only its member names. */
function extension(any: unknown, pointer: string): IlcdNode[] {
  if (!isObject(any)) return []
  // Without its module it is an amount as well, which the rules refuse.
  if ('module' in any || ('value' in any && !('name' in any))) {
    return [element('amount', any, pointer)]
  }
  if (typeof any['name'] === 'string' && 'value' in any) {
    return childrenOf(any['name'], any['value'], `${pointer}/value`)
  }
  if (Array.isArray(any['scenario'])) return [element('scenarios', any, pointer)]
  const contents = any['componentsAndMaterialsAndSubstances']
  if (!Array.isArray(contents)) return [element('other', any, pointer)]
  const at = `${pointer}/componentsAndMaterialsAndSubstances`
  const children = contents.flatMap((each, index) =>
    isObject(each) ? element('', each, `${at}/${index}`).children : []
  )
  return [{ name: 'contentDeclaration', attributes: new Map(), text: '', children, pointer: at }]
}

function isScalar(value: unknown): boolean {
  return value instanceof JsonNumber || ['string', 'boolean'].includes(typeof value)
}

function scalarText(value: unknown): string {
  if (value instanceof JsonNumber) return value.literal
  return isScalar(value) ? String(value) : ''
}
