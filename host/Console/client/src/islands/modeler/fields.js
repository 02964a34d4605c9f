import { CheckboxEntry, isCheckboxEntryEdited, isTextFieldEntryEdited, TextFieldEntry } from '@bpmn-io/properties-panel';
import { jsx } from '@bpmn-io/properties-panel/preact/jsx-runtime';
import { useService } from 'bpmn-js-properties-panel';

// One field over one attribute. owner() gives the object that has it, or makes it when something is entered.
function Text({ element, id, label, description, name, owner }) {
  const translate = useService('translate');
  const services = useServices();
  return jsx(TextFieldEntry, {
    element,
    id,
    label: translate(label),
    description: description && translate(description),
    debounce: useService('debounceInput'),
    getValue: () => owner.find()?.get(name) ?? '',
    setValue: value => {
      const holder = owner.find() ?? (value ? owner.make(services) : null);
      if (holder) services.modeling.updateModdleProperties(element, holder, { [name]: value || undefined });
    },
  });
}

function Check({ element, id, label, description, name, owner }) {
  const translate = useService('translate');
  const { modeling } = useServices();
  return jsx(CheckboxEntry, {
    element,
    id,
    label: translate(label),
    description: description && translate(description),
    getValue: () => owner.find()?.get(name) ?? false,
    setValue: value => modeling.updateModdleProperties(element, owner.find(), { [name]: value || undefined }),
  });
}

export function useServices() {
  return { modeling: useService('modeling'), bpmnFactory: useService('bpmnFactory') };
}

export const text = (id, label, name, owner, description) => ({ id, label, name, owner, description, component: Text, isEdited: isTextFieldEntryEdited });

export const check = (id, label, name, owner, description) => ({ id, label, name, owner, description, component: Check, isEdited: isCheckboxEntryEdited });
