// What somebody who knows the tables would write by hand for the numbers of the bench, with the same meaning: bots and
// erased members left out, the zone's days, ends as ours. `{from}` and `{to}` are milliseconds, `{zone}` the zone.

const COUNTS = `timestamp >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND NOT bot AND member != 0 AND member NOT IN (SELECT member FROM facts WHERE key = 'erased')`
const DAY = 'toUInt16(toDate(timestamp, {zone:String}))'

/** Every chain of a member, tried from each first step; longest, then earliest; with the median time of each step. */
export const FUNNEL = `SELECT countIf(l >= 1) AS a, countIf(l >= 2) AS b, countIf(l >= 3) AS c, countIf(l = 4) AS d,
    quantileExactInclusiveIf(0.5)(best[2] - best[1], l >= 2) AS t1, quantileExactInclusiveIf(0.5)(best[3] - best[2], l >= 3) AS t2,
    quantileExactInclusiveIf(0.5)(best[4] - best[3], l = 4) AS t3
  FROM (SELECT arraySort(c -> (-length(c), c[1]), arrayMap(a -> arrayFold((c, s) -> if(length(s) = 0 OR length(c) < s[1].2 - 1, c,
        arrayConcat(c, arraySlice(arrayMap(x -> x.1, arrayFilter(x -> x.1 >= c[-1] AND x.1 <= c[1] + 1209600000, s)), 1, 1))),
      [s2, s3, s4], [a]), s1))[1] AS best, length(best) AS l
    FROM (SELECT member, arraySort(groupArrayIf(toUnixTimestamp64Milli(timestamp), name = 'e0' AND timestamp < fromUnixTimestamp64Milli({to:Int64}, 'UTC'))) AS s1,
        arraySort(groupArrayIf((toUnixTimestamp64Milli(timestamp), 2), name = 'e1')) AS s2,
        arraySort(groupArrayIf((toUnixTimestamp64Milli(timestamp), 3), name = 'e2')) AS s3,
        arraySort(groupArrayIf((toUnixTimestamp64Milli(timestamp), 4), name = 'e3')) AS s4
      FROM events WHERE name IN ('e0', 'e1', 'e2', 'e3') AND ${COUNTS} GROUP BY member) WHERE notEmpty(s1))`

/** Levels alone, by the engine's own function: it tells no times, and nobody who is still under way. */
export const WINDOW_FUNNEL = `SELECT l, count() FROM (SELECT member, windowFunnel(1209600000)(toUInt64(toUnixTimestamp64Milli(timestamp)),
      name = 'e0' AND timestamp < fromUnixTimestamp64Milli({to:Int64}, 'UTC'), name = 'e1', name = 'e2', name = 'e3') AS l
    FROM events WHERE name IN ('e0', 'e1', 'e2', 'e3') AND ${COUNTS} GROUP BY member) GROUP BY l`

/** First week of a start event, and the weeks of any event after it. */
export const RETENTION = `WITH weeks AS (SELECT member, toMonday(toDate(timestamp, {zone:String})) AS week, max(name = 'e0') AS started
    FROM events WHERE class != 'system' AND ${COUNTS} GROUP BY member, week)
  SELECT cohort, intDiv(w - cohort, 7) AS k, count() AS n FROM (
    SELECT minIf(week, started) AS cohort, arrayJoin(groupArray(week)) AS w FROM weeks GROUP BY member HAVING max(started))
  WHERE k BETWEEN 0 AND 12 GROUP BY cohort, k`

/** New, returning and resurrected are days; dormant and lost are spans, so only their ends are counted. */
export const LIFECYCLE = `SELECT day, sum(new), sum(returning), sum(resurrected), sum(sum(dormant)) OVER (ORDER BY day), sum(sum(lost)) OVER (ORDER BY day)
  FROM (SELECT arrayJoin(arrayFlatten(arrayMap((d, p, n) -> arrayFilter(x -> x.1 <= {last:UInt16}, [
      (d, p = 0, p != 0 AND d - p = 1, p != 0 AND d - p > 1, 0, 0), (d + 1, 0, 0, 0, n != d + 1, 0),
      (least(n, d + 90), 0, 0, 0, -(n != d + 1), 0), (d + 90, 0, 0, 0, 0, n > d + 90), (n, 0, 0, 0, 0, -(n > d + 90))]),
      days, arrayPushFront(arrayPopBack(days), 0), arrayPushBack(arrayPopFront(days), 65535)))) AS e,
    e.1 AS day, e.2 AS new, e.3 AS returning, e.4 AS resurrected, e.5 AS dormant, e.6 AS lost
    FROM (SELECT arrayCompact(arraySort(groupArray(${DAY}))) AS days FROM events WHERE class != 'system' AND ${COUNTS} GROUP BY member))
  GROUP BY day`

/** Visits cut where nothing comes for 30 minutes, repeats merged, five steps; the twenty greatest names of each step. */
export const PATHS = `WITH steps AS (SELECT arraySlice(arrayCompact(x -> x.2, v), 1, 6) AS p, arrayJoin(arrayEnumerate(arraySlice(p, 1, 5))) AS step,
      p[step].2 AS node, if(step = 5, '', p[step + 1].2) AS next, if(next = '', 0, p[step + 1].1 - p[step].1) AS wait
    FROM (SELECT arrayJoin(arraySplit((x, gap) -> gap > 1800000, es, arrayDifference(arrayMap(x -> x.1, es)))) AS v
      FROM (SELECT arraySort(groupArray((toUnixTimestamp64Milli(timestamp), name))) AS es FROM events
        WHERE class != 'system' AND ${COUNTS} GROUP BY member))),
  top AS (SELECT step, node FROM steps GROUP BY step, node ORDER BY count() DESC LIMIT 20 BY step)
  SELECT step, if((step, node) IN top, toString(node), '$other') AS a, if((step + 1, next) IN top OR next = '', toString(next), '$other') AS b,
    count(), avg(wait) FROM steps GROUP BY step, a, b`

/** Each member-day counts for the 28 days that begin with it. */
export const ROLLING = `SELECT d + arrayJoin(range(28)) AS day, uniqExact(member) AS n FROM (
    SELECT DISTINCT member, ${DAY} AS d FROM events WHERE class != 'system' AND ${COUNTS})
  WHERE day BETWEEN {first:UInt16} AND {last:UInt16} GROUP BY day`
