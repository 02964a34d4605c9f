import { getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';

// Reads and writes what lies in an element's extensionElements; every write can be undone.
export function extension(element, type) {
  return getBusinessObject(element).get('extensionElements')?.get('values').find(value => value.$type === type);
}

export function extensions(element, type) {
  return getBusinessObject(element).get('extensionElements')?.get('values').filter(value => value.$type === type) ?? [];
}

export function addExtension(element, type, properties, { modeling, bpmnFactory }) {
  const holder = getBusinessObject(element);
  let all = holder.get('extensionElements');
  if (!all) {
    all = bpmnFactory.create('bpmn:ExtensionElements', { values: [] });
    all.$parent = holder;
    modeling.updateModdleProperties(element, holder, { extensionElements: all });
  }
  const added = bpmnFactory.create(type, properties);
  added.$parent = all;
  modeling.updateModdleProperties(element, all, { values: [...all.get('values'), added] });
  return added;
}

export function removeExtension(element, value, { modeling }) {
  const all = getBusinessObject(element).get('extensionElements');
  modeling.updateModdleProperties(element, all, { values: all.get('values').filter(other => other !== value) });
}
