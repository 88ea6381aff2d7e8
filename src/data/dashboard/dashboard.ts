// Dashboards of insights, saved charts, annotations, and the ways they leave the console: links and mails.
import { annotations, createAnnotation, removeAnnotation, updateAnnotation } from './annotation.ts'
import { createChart, getChart, removeChart, updateChart } from './chart.ts'
import { ranking } from './cockpit.ts'
import { capability } from './declare.ts'
import { deliver } from './deliver.ts'
import { charts, list } from './find.ts'
import { addTile, create, duplicate, get, questions, remove, templates, update, usesOf } from './manage.ts'
import { deliveries, deliverNow, due, schedule, schedules, unschedule } from './schedule.ts'
import { createLink, links, revokeLink } from './share.ts'
import { open, read, sharedPage } from './shared.ts'

export const dashboard = capability({
  actions: [
    create,
    update,
    addTile,
    duplicate,
    remove,
    createChart,
    updateChart,
    removeChart,
    createAnnotation,
    updateAnnotation,
    removeAnnotation,
    createLink,
    revokeLink,
    schedule,
    unschedule,
    deliverNow,
  ],
  queries: [
    list,
    get,
    questions,
    templates,
    charts,
    getChart,
    annotations,
    links,
    schedules,
    deliveries,
    open,
    read,
    ranking,
  ],
  jobs: [deliver],
  timers: [due],
  uses: usesOf,
  routes: [sharedPage],
})
