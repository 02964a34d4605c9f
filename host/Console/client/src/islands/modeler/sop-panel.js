import { Group, ListGroup } from '@bpmn-io/properties-panel';
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { addExtension, extension, extensions, removeExtension } from './extensions.js';
import { check, text } from './fields.js';

// What SOPs do not use, or our dialect says in another way.
const notOurs = new Set(['Camunda-Platform__ExecutionListeners', 'Zeebe__ExecutionListeners', 'Zeebe__TaskListeners', 'Zeebe__ExtensionProperties', 'executionListeners', 'taskListeners', 'extensionProperties', 'userTaskImplementation']);
const beforeOurs = new Set(['general', 'documentation']);

/** The sop: elements and attributes in the properties panel; docs/sop-extension.md says what they mean. */
class SopPropertiesProvider {
  constructor(propertiesPanel, injector) {
    this._injector = injector;
    propertiesPanel.registerProvider(400, this);
  }

  getGroups(element) {
    return groups => {
      const kept = groups.filter(group => !notOurs.has(group.id));
      return [...kept.filter(group => beforeOurs.has(group.id)), ...this._ours(element), ...kept.filter(group => !beforeOurs.has(group.id))];
    };
  }

  _ours(element) {
    const services = { modeling: this._injector.get('modeling'), bpmnFactory: this._injector.get('bpmnFactory'), translate: this._injector.get('translate') };
    const itself = { find: () => getBusinessObject(element) };
    const groups = [names(element, services, itself)];
    if (is(element, 'bpmn:UserTask')) groups.push(task(services, itself, element), list('sopOutcomes', 'Outcomes', element, services, outcomes), list('sopObligations', 'Obligations', element, services, obligations));
    if (is(element, 'bpmn:Process')) groups.push(list('sopStages', 'Stages', element, services, stages));
    const timer = getBusinessObject(element).get('eventDefinitions')?.find(definition => is(definition, 'bpmn:TimerEventDefinition'));
    if (timer) groups.push(group('sopTimer', 'Working days', services, element, [
      text('sopOffset', 'Offset', 'sop:offset', { find: () => timer }, 'Added to the time: P3WD, -P1WD, -P3D'),
      text('sopTimerZone', 'Time zone', 'sop:zone', { find: () => timer }),
    ]));
    return groups;
  }
}

SopPropertiesProvider.$inject = ['propertiesPanel', 'injector'];

function group(id, label, { translate }, element, entries) {
  return { id, label: translate(label), component: Group, entries: entries.map(entry => ({ ...entry, element })), shouldOpen: true };
}

function names(element, services, itself) {
  const owner = { find: () => extension(element, 'sop:Name'), make: all => addExtension(element, 'sop:Name', {}, all) };
  const entries = [text('sopNameZh', 'Chinese label', 'zh', owner), text('sopNameEn', 'English label', 'en', owner)];
  if (is(element, 'bpmn:Process')) entries.push(text('sopZone', 'Time zone', 'sop:zone', itself, 'Such as Asia/Shanghai'));
  if (is(element, 'bpmn:FlowNode')) {
    entries.push(text('sopStage', 'Stage', 'sop:stage', itself));
    entries.push(check('sopLaunch', 'Sending starts here', 'sop:launch', itself, 'Every path to it needs the three sign-offs'));
  }
  return group('sop', 'SOP', services, element, entries);
}

function task(services, itself, element) {
  return group('sopTask', 'Signing and deadline', services, element, [
    text('sopDue', 'Due after', 'sop:due', itself, 'P2WD, PT4H, P3D or = FEEL'),
    text('sopRemind', 'Remind before', 'sop:remind', itself),
    text('sopCovers', 'Signs these parts', 'sop:covers', itself, 'goal schedule audience texts rules pages channels limits incentive budget accounts decisions, or all'),
    text('sopSeparateFrom', 'Not the person of', 'sop:separateFrom', itself, 'owner, or ids of tasks'),
    text('sopQuorum', 'People needed', 'sop:quorum', itself),
    text('sopSkipWhen', 'Skipped when', 'sop:skipWhen', itself, '= FEEL'),
  ]);
}

// Lists: where the entries are, what one looks like, how one is added and removed.
const outcomes = {
  all: element => extension(element, 'sop:Outcomes')?.get('outcomes') ?? [],
  fields: owner => [text('id', 'Id', 'id', owner), text('zh', 'Chinese label', 'zh', owner), text('en', 'English label', 'en', owner), check('reason', 'Needs a reason', 'requiresReason', owner), text('back', 'Sends back to', 'sendBackTo', owner, 'A stage or an element')],
  add: (element, services) => push(element, 'sop:Outcomes', 'outcomes', 'sop:Outcome', services),
  remove: (element, one, services) => pull(element, extension(element, 'sop:Outcomes'), 'outcomes', one, services),
};

const stages = {
  all: element => extension(element, 'sop:Stages')?.get('stages') ?? [],
  fields: owner => [text('id', 'Id', 'id', owner), text('zh', 'Chinese label', 'zh', owner), text('en', 'English label', 'en', owner), text('entry', 'Sent back to', 'entry', owner, 'The element where a send-back begins')],
  add: (element, services) => push(element, 'sop:Stages', 'stages', 'sop:Stage', services),
  remove: (element, one, services) => pull(element, extension(element, 'sop:Stages'), 'stages', one, services),
};

const obligations = {
  all: element => extensions(element, 'sop:Obligation'),
  fields: owner => [text('id', 'Id', 'id', owner), text('zh', 'Chinese text', 'zh', owner), text('en', 'English text', 'en', owner)],
  add: (element, services) => addExtension(element, 'sop:Obligation', { id: `obligation-${extensions(element, 'sop:Obligation').length + 1}` }, services),
  remove: (element, one, services) => removeExtension(element, one, services),
};

function push(element, holderType, property, type, services) {
  const holder = extension(element, holderType) ?? addExtension(element, holderType, {}, services);
  const one = services.bpmnFactory.create(type, { id: `${property.slice(0, -1)}-${holder.get(property).length + 1}` });
  one.$parent = holder;
  services.modeling.updateModdleProperties(element, holder, { [property]: [...holder.get(property), one] });
}

function pull(element, holder, property, one, services) {
  services.modeling.updateModdleProperties(element, holder, { [property]: holder.get(property).filter(other => other !== one) });
}

function list(id, label, element, services, kind) {
  return {
    id,
    label: services.translate(label),
    component: ListGroup,
    add: event => { event.stopPropagation(); kind.add(element, services); },
    items: kind.all(element).map((one, index) => ({
      id: `${id}-${index}`,
      label: one.get('zh') && document.documentElement.lang.startsWith('zh') ? one.get('zh') : one.get('en') ?? one.get('id'),
      autoFocusEntry: `${id}-${index}-id`,
      entries: kind.fields({ find: () => one }).map(entry => ({ ...entry, element, id: `${id}-${index}-${entry.id}` })),
      remove: event => { event.stopPropagation(); kind.remove(element, one, services); },
    })),
  };
}

// The label drawn is the file's name; sop:name is what people read. A new label is taken over into the language of the page.
class KeepNames {
  constructor(eventBus, modeling) {
    eventBus.on('commandStack.element.updateLabel.postExecuted', ({ context }) => {
      const name = extension(context.element, 'sop:Name');
      if (name) modeling.updateModdleProperties(context.element, name, { [document.documentElement.lang.startsWith('zh') ? 'zh' : 'en']: context.newLabel });
    });
  }
}

KeepNames.$inject = ['eventBus', 'modeling'];

export const SopModule = {
  __init__: ['sopPropertiesProvider', 'sopKeepNames'],
  sopPropertiesProvider: ['type', SopPropertiesProvider],
  sopKeepNames: ['type', KeepNames],
};
