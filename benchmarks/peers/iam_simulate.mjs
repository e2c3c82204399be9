// Drives @cloud-copilot/iam-simulate (AGPL-3.0): it is installed apart, in benchmarks/.peers, and only called here.
//
//   node iam_simulate.mjs [--plain] < cases.jsonl             one decision a line
//   node iam_simulate.mjs --time N [--entry E] < case.json    N decisions of one case, timed in process
//
// Decisions are those of its engine, with the context taken as it is. Beside each, unless --plain is given, stands what
// its validating entry says: "refused" (why), or "validated" (its decision) and "ignored" (keys that it dropped first).
//
// Entries for --time, fastest first:
//   core    its engine, which the package does not export: documents and request read before the clock starts
//   request the same, but a new request each time
//   public  runUnsafeSimulation, the lowest entry that it does export: reads the documents each time, does not validate
//   checked runSimulation, the documented entry: validates documents, action, resource and context keys each time
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const home = new URL('../.peers/', import.meta.url)
const scope = new URL('node_modules/@cloud-copilot/', home)
const require = createRequire(home)
const inside = (path) => require(fileURLToPath(new URL(`iam-simulate/dist/cjs/${path}.js`, scope)))
const { anonymousPrincipal, isWildcardOnlyAction, runSimulation, runUnsafeSimulation } = require(
  '@cloud-copilot/iam-simulate'
)
const { createValidatedPolicy, loadPolicy } = require('@cloud-copilot/iam-policy')
const { authorize } = inside('core_engine/CoreSimulatorEngine')
const { DiscoveryContextKeyConstraints } = inside('context_keys/discoveryContextKeyConstraints')
const { AwsRequestImpl } = inside('request/request')
const { RequestContextImpl } = inside('requestContext')

const DECISIONS = { Allowed: 'allowed', ExplicitlyDenied: 'explicitDeny', ImplicitlyDenied: 'implicitDeny' }
const RCP_FULL_ACCESS = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }]
}
const WARM_UP_SECONDS = 1.5

// ---- a conformance case in the package's input form -----------------------------------------------------------------

/** What a case asks for that the package has no input for. */
function unsupported({ kms_grants, request, session_policies }) {
  const versions = new Set((session_policies ?? []).map((policy) => policy.Version))
  if (kms_grants?.length) return 'KMS grants'
  if (request.unknown?.length) return 'unknown keys'
  if (versions.size > 1) return 'session policies of two versions'
  return null
}

/** A role ARN stands for a session of that role. */
function principalOf(principal) {
  if (principal === 'anonymous') return anonymousPrincipal
  if (typeof principal !== 'string') return Object.values(principal)[0]
  const role = /^arn:([^:]+):iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(principal)
  return role ? `arn:${role[1]}:sts::${role[2]}:assumed-role/${role[3]}/session` : principal
}

const accountIn = (arn) => (typeof arn === 'string' ? arn.split(':')[4] : '') || ''

function resourceOf({ resource, resource_account, principal, principal_account }) {
  const caller = principal_account ?? accountIn(principal)
  return { resource, accountId: resource_account ?? (resource === '*' ? caller : accountIn(resource)) }
}

/** Every value as text; null and an empty list are the same as no key. */
function contextOf(context) {
  const text = (value) => (Array.isArray(value) ? value.map(String) : String(value))
  const present = Object.entries(context ?? {}).filter(([, value]) => value != null && value.length !== 0)
  return Object.fromEntries(present.map(([key, value]) => [key, text(value)]))
}

const named = (policies, kind) => policies?.map((policy, index) => ({ name: `${kind}${index}`, policy }))

function levels(all) {
  return (all ?? []).map(({ org, policies }, index) => {
    return { orgIdentifier: org ?? `level${index}`, policies: named(policies, 'control') }
  })
}

/** Boundaries or session policies may be attached and allow nothing, which an empty list does not say here. */
const attached = (policies) => (policies?.length === 0 ? [{ Version: '2012-10-17', Statement: [] }] : policies ?? undefined)

/** Several session policies are their union. */
function sessionOf(policies) {
  if (policies == null) return undefined
  return { Version: policies[0]?.Version ?? '2012-10-17', Statement: policies.flatMap((one) => one.Statement) }
}

function simulationOf({ request, ...policies }) {
  return {
    request: {
      principal: principalOf(request.principal),
      action: request.action,
      resource: resourceOf(request),
      contextVariables: contextOf(request.context)
    },
    identityPolicies: policies.identity_policies ?? [],
    sessionPolicy: sessionOf(policies.session_policies),
    permissionBoundaryPolicies: named(attached(policies.permission_boundaries), 'boundary'),
    serviceControlPolicies: levels(policies.scps),
    resourceControlPolicies: levels(policies.rcps),
    resourcePolicy: policies.resource_policy ?? undefined,
    vpcEndpointPolicies: policies.endpoint_policies?.length ? named(policies.endpoint_policies, 'endpoint') : undefined
  }
}

/** runUnsafeSimulation fails on a resource policy without a name; this is the public way to give it one. */
function withNames(simulation) {
  const name = (policy, kind) => policy && createValidatedPolicy(policy, () => [], { name: kind })
  return { ...simulation, resourcePolicy: name(simulation.resourcePolicy, 'resource') }
}

// ---- the engine's own input form (from its type declarations) -------------------------------------------------------

function requestOf({ request }, wildcardOnly) {
  const context = new RequestContextImpl(request.contextVariables)
  return new AwsRequestImpl(request.principal, request.resource, request.action, context, wildcardOnly)
}

function preparedOf(simulation, wildcardOnly) {
  const load = (all) => all?.map(({ name, policy }) => loadPolicy(policy, { name }))
  const control = (all) => all.map((level) => ({ ...level, policies: load(level.policies) }))
  const implied = { name: 'RCPFullAWSAccess', policy: RCP_FULL_ACCESS } // its two entries add this by themselves
  const rcps = simulation.resourceControlPolicies.map((one) => ({ ...one, policies: [implied, ...one.policies] }))
  const single = (policy, name) => policy && loadPolicy(policy, { name })
  const discoveryContextKeyConstraints = new DiscoveryContextKeyConstraints([])
  return {
    request: requestOf(simulation, wildcardOnly),
    sessionPolicy: single(simulation.sessionPolicy, 'session'),
    identityPolicies: load(simulation.identityPolicies),
    serviceControlPolicies: control(simulation.serviceControlPolicies),
    resourceControlPolicies: control(rcps),
    resourcePolicy: single(simulation.resourcePolicy, 'resource'),
    permissionBoundaries: load(simulation.permissionBoundaryPolicies),
    vpcEndpointPolicies: load(simulation.vpcEndpointPolicies),
    simulationParameters: { simulationMode: 'Strict', discoveryContextKeyConstraints }
  }
}

// ---- deciding -------------------------------------------------------------------------------------------------------

async function wildcardOnlyOf(action) {
  return isWildcardOnlyAction(...action.split(':')).catch(() => false)
}

async function decide(one, plain) {
  const lacking = unsupported(one)
  if (lacking) return { id: one.id, unsupported: lacking }
  try {
    const simulation = simulationOf(one)
    const wildcardOnly = await wildcardOnlyOf(one.request.action)
    const decision = DECISIONS[authorize(preparedOf(simulation, wildcardOnly)).result]
    return { id: one.id, decision, ...(plain ? {} : validation(await runSimulation(simulation, {}))) }
  } catch (error) {
    return { id: one.id, error: error.message.split('\n')[0] }
  }
}

function validation(checked) {
  if (checked.resultType === 'error') return { refused: checked.errors.message, errors: checked.errors }
  const ignored = checked.result?.ignoredContextKeys ?? []
  return { validated: DECISIONS[checked.overallResult], ...(ignored.length ? { ignored } : {}) }
}

// ---- timing ---------------------------------------------------------------------------------------------------------

/** Requests that differ in their session name, so that no cache can know them. */
function distinct(one, count) {
  return Array.from({ length: count }, (_, index) => {
    const session = `session-${index}`
    const principal = one.request.principal.replace(/(assumed-role\/[^/]+\/).*$/, `$1${session}`)
    const context = { ...one.request.context, 'aws:userid': `AROAEXAMPLEEXAMPLE:${session}` }
    return simulationOf({ ...one, request: { ...one.request, principal, context } })
  })
}

/** Each entry: a case and a number of runs, to a function of the run's index that decides once. */
const ENTRIES = {
  core(one) {
    const prepared = preparedOf(simulationOf(one), false)
    return () => authorize(prepared).result
  },
  request(one, runs) {
    const simulations = distinct(one, runs)
    const prepared = preparedOf(simulations[0], false)
    return (index) => authorize({ ...prepared, request: requestOf(simulations[index % runs], false) }).result
  },
  public(one, runs) {
    const simulations = distinct(one, runs).map(withNames)
    return (index) => runUnsafeSimulation(simulations[index % runs], {})
  },
  checked(one, runs) {
    const simulations = distinct(one, runs)
    return async (index) => (await runSimulation(simulations[index % runs], {})).overallResult
  }
}

const clock = () => Number(process.hrtime.bigint()) / 1e9

/** Asynchronous entries are awaited; the others are not, for a promise has its price. */
async function loop(once, runs, asynchronous) {
  const decisions = new Set()
  if (asynchronous) for (let index = 0; index < runs; index++) decisions.add(await once(index))
  else for (let index = 0; index < runs; index++) decisions.add(once(index))
  return [...decisions].map((result) => DECISIONS[result] ?? 'error').join('/')
}

/** Context keys that validation drops change the question. */
async function remark(one) {
  const { ignored } = validation(await runSimulation(simulationOf(one), {}))
  return ignored ? { note: `drops ${ignored.join(', ')}` } : {}
}

async function time(one, runs, entry) {
  const once = ENTRIES[entry](one, runs)
  const asynchronous = entry === 'checked'
  const warm = clock() + WARM_UP_SECONDS
  while (clock() < warm) await loop(once, Math.min(runs, 50), asynchronous)
  const start = clock()
  const decision = await loop(once, runs, asynchronous)
  const seconds = clock() - start
  const { version } = JSON.parse(readFileSync(new URL('iam-simulate/package.json', scope)))
  return { peer: 'iam-simulate', version, entry, seconds, runs, decision, ...(asynchronous ? await remark(one) : {}) }
}

function option(name, otherwise) {
  const at = process.argv.indexOf(name)
  return at < 0 ? otherwise : process.argv[at + 1]
}

const cases = readFileSync(0, 'utf8').split('\n').filter((line) => line.trim()).map((line) => JSON.parse(line))
const runs = Number(option('--time', 0))
if (runs) console.log(JSON.stringify(await time(cases[0], runs, option('--entry', 'public'))))
else for (const one of cases) console.log(JSON.stringify(await decide(one, process.argv.includes('--plain'))))
