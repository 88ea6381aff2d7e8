// A warehouse of a community: events with skew in names, members, hours and days, made by the engine itself.
import type { Clickhouse } from '#platform/clickhouse/clickhouse'

export const ZONE = 'Asia/Shanghai'
/** The end of what happened, midnight of the zone; the ninety days before it are full. */
export const END = new Date('2026-02-28T16:00:00Z')
const DAYS = 90
/** Rows of a batch of the sequencer, so that batches are as many as they would be. */
const BATCH = 10_000
const CHUNK = 1_000_000

/**
 * `events` rows numbered from `from`. Forty names, of which a few make most; a tenth of the members do half; evenings and
 * weekends are busier; each member begins on some day and half of them fall silent later.
 */
export async function addEvents(ch: Clickhouse, members: number, from: number, events: number): Promise<void> {
  const first = END.getTime() - DAYS * 86_400_000
  for (let done = 0; done < events; done += CHUNK)
    await ch.command(
      `INSERT INTO events SELECT member, fromUnixTimestamp64Milli(toInt64({first:Int64} + day * 86400000 + ms), 'UTC'), seq,
         generateUUIDv4(), 'site', toString(seq), name, 'client', toUUID('00000000-0000-0000-0000-000000000000'),
         toUUID('00000000-0000-0000-0000-000000000000'), '', fromUnixTimestamp64Milli({first:Int64}, 'UTC'),
         concat('{"amount":', toString(cityHash64(seq, 9) % 1000), ',"channel":"',
           ['app', 'web', 'shop'][cityHash64(seq, 11) % 3 + 1], '"}'), '{}', '', 0, false, intDiv(seq, ${BATCH}) + 1
       FROM (SELECT number AS seq, (cityHash64(seq, 7) % 1000003) / 1000003 AS u, (cityHash64(seq, 3) % 1000003) / 1000003 AS v,
           toUInt32(1 + floor({members:UInt32} * pow(u, 2.3))) AS member,
           pow((cityHash64(member, 17) % 1000) / 1000, 2) * 80 AS begins,
           least(${DAYS}, begins + 5 + if(cityHash64(member, 19) % 2 = 0, ${DAYS}, cityHash64(member, 23) % 60)) AS ends,
           floor(begins + (ends - begins) * v) AS day,
           toInt64(86400000 * (1 - pow((cityHash64(seq, 29) % 1000003) / 1000003, 1.7)) * 0.9999) AS ms,
           concat('e', toString(toUInt32(40 * pow((cityHash64(seq, 5) % 100000) / 100000, 2)))) AS name
         FROM numbers({from:UInt64}, {n:UInt64}))`,
      { first, members, from: from + done, n: Math.min(CHUNK, events - done) },
    )
}

export async function addMembers(ch: Clickhouse, members: number): Promise<void> {
  const since = "toDateTime64('2025-11-01 00:00:00', 3, 'UTC')"
  await ch.command(
    `INSERT INTO members (number, memberId, at) SELECT number + 1, generateUUIDv4(), ${since} FROM numbers({n:UInt64})`,
    {
      n: members,
    },
  )
  await ch.command(
    `INSERT INTO facts (member, key, value, kind, validFrom, seq) SELECT number + 1, 'property:city', concat('city', toString(cityHash64(number) % 50)), 1, ${since}, number
     FROM numbers({n:UInt64})`,
    { n: members },
  )
}
