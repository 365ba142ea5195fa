// Starts Bluesky's own servers (directory, data server, AppView) and says where they are. After that each line of
// input asks to let the AppView catch up, and is answered when it has; it ends when its input closes.
import { createRequire } from 'node:module'
import process from 'node:process'
import { createInterface } from 'node:readline'

const { TestNetwork } = createRequire(`${process.env.PEERS}/package.json`)('@atproto/dev-env')

const network = await TestNetwork.create({
  dbPostgresSchema: 'bsky',
  pds: { hostname: 'localhost', enableDidDocWithSession: true },
})
console.log(JSON.stringify({ pds: network.pds.url, appview: network.bsky.url }))

for await (const _ of createInterface({ input: process.stdin })) {
  await network.processAll()
  console.log('caught up')
}
process.exit(0)
