/** The groups of the description, in the order in which a newcomer meets them. */
export const describedTags = [
  { name: 'Access', description: 'Access tokens for clients.' },
  { name: 'Parties', description: 'Organizations, their facilities and their clients.' },
  { name: 'Signatures', description: 'Keys that organizations sign with, and whether they must.' },
  { name: 'EPDs', description: 'Declarations: submit, review, find, read, compare.' },
  { name: 'Profiles', description: 'What standards, programmes and laws ask of an EPD.' },
  { name: 'Events', description: 'What happens to batches: judged by the books, then recorded.' },
  { name: 'Imports', description: 'Many events or EPDs at once, worked off in the background.' },
  { name: 'Batches', description: 'Where a batch comes from, what became of it, who has it.' },
  { name: 'Shipments', description: 'What is on its way, and the answers of its receiver.' },
  { name: 'Campaigns', description: 'Continuous runs that are balanced over their whole life.' },
  { name: 'Findings', description: 'What the rules of the books said, and what became of it.' },
  { name: 'Rule settings', description: 'Which rules block and which only flag.' },
  { name: 'Grants', description: 'Permission to see a batch and its ancestors.' },
  { name: 'Reports', description: 'What compliance teams file, as of a moment.' },
  { name: 'Transparency log', description: 'The signed log of all that was accepted, and proofs.' },
  { name: 'Service', description: 'Health, figures, schemas and this description.' }
]
