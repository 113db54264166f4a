/** The pictures of README.md: what the service draws of answers that the demo gave. */
import { readFileSync } from 'node:fs'
import type { GraphAnswer } from '../../src/registry/trace/trace-graph.ts'
import { graphPicture } from '../../src/registry/trace/trace-graph-picture.ts'
import type { OriginsAnswer } from '../../src/registry/trace/trace-origins.ts'
import { originsPicture } from '../../src/registry/trace/trace-origins-picture.ts'
import type { GeneratedFile } from '../generate.ts'

const FOLDER = new URL('../../docs/pictures/', import.meta.url)

export async function generatePictures(): Promise<readonly GeneratedFile[]> {
  return [
    {
      path: 'docs/pictures/origins.svg',
      content: originsPicture(answer<OriginsAnswer>('origins'))
    },
    { path: 'docs/pictures/chain.svg', content: graphPicture(answer<GraphAnswer>('chain')) }
  ]
}

function answer<Answer>(name: string): Answer {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as Answer
}
