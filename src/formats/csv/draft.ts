import { isDeepStrictEqual } from 'node:util'
import { childPointer } from '../../domain/pointer.ts'
import type { CellPlace } from './cell-finding.ts'

export type Path = readonly (string | number)[]

/**
 * An event document in the making that remembers which cell each value came from, so that a
 * finding about the document can be shown in the sheet.
 */
export class Draft {
  readonly document: Record<string, unknown> = {}
  readonly #places = new Map<string, CellPlace>()

  /** Puts a value where the path leads; objects and arrays on the way are made. */
  set(path: Path, value: unknown, place: CellPlace): void {
    const parent = this.#containerFor(path)
    const last = path.at(-1)
    if (last === undefined) return
    Reflect.set(parent, last, value)
    this.#places.set(pointerOf(path), place)
  }

  get(path: Path): unknown {
    let value: unknown = this.document
    for (const step of path) value = isContainer(value) ? Reflect.get(value, step) : undefined
    return value
  }

  remove(path: Path): void {
    const parent = this.get(path.slice(0, -1))
    const last = path.at(-1)
    if (isContainer(parent) && last !== undefined) Reflect.deleteProperty(parent, last)
  }

  /** True when nothing is there yet, or the same. */
  agrees(path: Path, value: unknown): boolean {
    const present = this.get(path)
    return present === undefined || isDeepStrictEqual(present, value)
  }

  /** Where the value at a JSON pointer came from: its own cell, or that of what holds it. */
  locate(pointer: string): CellPlace | null {
    for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
      const place = this.#places.get(at)
      if (place) return place
      if (at === '') return null
    }
  }

  /** Names the place of an object or array that no single cell made. */
  mark(path: Path, place: CellPlace): void {
    const pointer = pointerOf(path)
    if (!this.#places.has(pointer)) this.#places.set(pointer, place)
  }

  #containerFor(path: Path): object {
    let container: object = this.document
    path.slice(0, -1).forEach((step, index) => {
      let next: unknown = Reflect.get(container, step)
      if (!isContainer(next)) {
        next = typeof path[index + 1] === 'number' ? [] : {}
        Reflect.set(container, step, next)
      }
      container = next as object
    })
    return container
  }
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** RFC 6901 pointer of a path. */
export function pointerOf(path: Path): string {
  return childPointer('', ...path.map(String))
}
