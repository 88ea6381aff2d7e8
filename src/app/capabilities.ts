// The one registry. Adding a capability is adding its folder and its line here.
import { dashboard } from '#data/dashboard'
import { event } from '#data/event'
import { ingest } from '#data/ingest'
import { insight } from '#data/insight'
import { layer } from '#data/layer'
import { list } from '#data/list'
import { location } from '#data/location'
import { metric } from '#data/metric'
import { segment } from '#data/segment'
import { sql } from '#data/sql'
import { store } from '#data/store'
import { tag } from '#data/tag'
import { topic } from '#data/topic'
import { trait } from '#data/trait'
import { journey } from '#decision/journey'
import { badge } from '#interaction/badge'
import { checkin } from '#interaction/checkin'
import { importing } from '#interaction/import'
import { message } from '#interaction/message'
import { order } from '#interaction/order'
import { points } from '#interaction/points'
import { post } from '#interaction/post'
import { simulate } from '#interaction/simulate'
import { brand } from '#people/brand'
import { community } from '#people/community'
import { member } from '#people/member'
import { operator } from '#people/operator'
import { signin } from '#people/signin'
import { view } from '#people/view'
import { clock } from '#platform/capability/clock'
import { health } from '#platform/capability/health'

export const capabilities = [
  clock,
  health,
  brand,
  operator,
  view,
  member,
  community,
  signin,
  ingest,
  event,
  list,
  topic,
  location,
  segment,
  tag,
  trait,
  layer,
  insight,
  metric,
  store,
  sql,
  dashboard,
  post,
  badge,
  order,
  points,
  checkin,
  message,
  importing,
  simulate,
  journey,
] as const
