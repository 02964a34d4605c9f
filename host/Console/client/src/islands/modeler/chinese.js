// What the modelers say, in Chinese. What is missing stays English.
const texts = {
  // Ours
  SOP: '标准流程', Outcomes: '处理结果', Obligations: '核对事项', Stages: '阶段', Stage: '阶段', 'Working days': '工作日', Offset: '偏移',
  'Added to the time: P3WD, -P1WD, -P3D': '在时间上增减：P3WD、-P1WD、-P3D', 'Time zone': '时区', 'Such as Asia/Shanghai': '如 Asia/Shanghai',
  'Chinese label': '中文名称', 'English label': '英文名称', 'Chinese text': '中文内容', 'English text': '英文内容', 'Sending starts here': '从此开始发送',
  'Every path to it needs the three sign-offs': '到达此处的每条路径都须经过三方会签', 'Signing and deadline': '审批与时限', 'Due after': '办理时限',
  'P2WD, PT4H, P3D or = FEEL': 'P2WD、PT4H、P3D 或 = FEEL', 'Remind before': '提前提醒', 'Signs these parts': '审批范围',
  'goal schedule audience texts rules pages channels limits incentive budget accounts decisions, or all': 'goal schedule audience texts rules pages channels limits incentive budget accounts decisions，或 all',
  'Not the person of': '不得与以下同一人', 'owner, or ids of tasks': 'owner 或任务标识', 'People needed': '所需人数', 'Skipped when': '跳过条件',
  Id: '标识', 'Needs a reason': '须填原因', 'Sends back to': '退回到', 'A stage or an element': '阶段或节点', 'Sent back to': '退回位置', 'The element where a send-back begins': '退回时重新开始的节点',
  // Properties panel
  General: '基本', Documentation: '说明', 'Element documentation': '节点说明', 'Process documentation': '流程说明', Name: '名称', ID: '标识', 'Process ID': '流程标识', 'Process name': '流程名称', Executable: '可执行', 'Version tag': '版本标签',
  Assignment: '分配', Assignee: '处理人', 'Candidate groups': '处理角色', 'Candidate users': '候选人', 'Due date': '到期时间', 'Follow up date': '跟进时间', Priority: '优先级',
  Form: '表单', Type: '类型', 'Form ID': '表单标识', 'Camunda Form': '表单', 'Camunda Form (linked)': '表单（按标识）', 'Camunda Form (embedded)': '内嵌表单', 'Custom form key': '自定义表单', 'External form reference': '外部表单', Binding: '绑定', latest: '最新', deployment: '同一部署', 'version tag': '版本标签', '<none>': '<无>',
  'Task definition': '服务任务', 'Job type': '服务类型', Retries: '重试次数', Headers: '参数', Key: '键', Value: '值', Implementation: '实现方式', 'Job worker': '服务', 'DMN decision': 'DMN 决策', 'FEEL expression': 'FEEL 表达式',
  'Called decision': '调用的决策', 'Decision ID': '决策标识', 'Result variable': '结果变量', 'Called element': '调用的流程', Script: '脚本', Condition: '条件', 'Condition expression': '条件表达式',
  'Input mapping': '输入映射', 'Output mapping': '输出映射', 'Input propagation': '输入传递', 'Output propagation': '输出传递', 'Variable assignment value': '取值', 'Local variable name': '局部变量', 'Process variable name': '流程变量', Create: '新增',
  'Multi-instance': '多实例', 'Input collection': '输入集合', 'Input element': '输入元素', 'Output collection': '输出集合', 'Output element': '输出元素', 'Completion condition': '完成条件', 'Loop cardinality': '次数',
  Timer: '定时', Date: '日期', Duration: '时长', Cycle: '循环', Message: '消息', Signal: '信号', Error: '错误', Escalation: '升级', Compensation: '补偿', Link: '链接', Code: '代码', 'Global message reference': '消息', 'Global signal reference': '信号', 'Global error reference': '错误', 'Global escalation reference': '升级', 'Subscription correlation key': '关联键', 'Create new ...': '新建…', 'Activity reference': '活动', 'Wait for completion': '等待完成',
  'ID must not be empty.': '标识不能为空。', 'ID must be unique.': '标识不能重复。', 'ID must not contain spaces.': '标识不能有空格。', 'ID must be a valid QName.': '标识格式不对。',
  'Select an element to edit its properties.': '请选择一个节点。', 'Multiple elements selected. Select a single element to edit its properties.': '已选择多个节点，请只选一个。',
  // Drawing
  'Activate hand tool': '抓手', 'Activate lasso tool': '框选', 'Activate create/remove space tool': '增减间距', 'Activate global connect tool': '连线', 'Create start event': '开始事件', 'Create intermediate/boundary event': '中间/边界事件', 'Create end event': '结束事件', 'Create gateway': '网关', 'Create task': '任务', 'Create expanded sub-process': '子流程', 'Create data object reference': '数据对象', 'Create data store reference': '数据存储', 'Create pool/participant': '泳池', 'Create group': '分组',
  'Append end event': '接结束事件', 'Append gateway': '接网关', 'Append task': '接任务', 'Append intermediate/boundary event': '接中间事件', 'Append receive task': '接接收任务', 'Append compensation activity': '接补偿活动', 'Append message intermediate catch event': '接消息事件', 'Append timer intermediate catch event': '接定时事件', 'Append conditional intermediate catch event': '接条件事件', 'Append signal intermediate catch event': '接信号事件',
  'Change element': '更换类型', 'Connect to other element': '连到其他节点', 'Connect using association': '关联', 'Add text annotation': '添加注释', Delete: '删除', 'Add lane above': '上方加泳道', 'Add lane below': '下方加泳道', 'Divide into two lanes': '分为两道', 'Divide into three lanes': '分为三道',
  Task: '任务', 'User task': '人工任务', 'Service task': '服务任务', 'Business rule task': '决策任务', 'Script task': '脚本任务', 'Send task': '发送任务', 'Receive task': '接收任务', 'Manual task': '手工任务', 'Call activity': '调用流程', 'Exclusive gateway': '排他网关', 'Parallel gateway': '并行网关', 'Inclusive gateway': '包容网关', 'Event-based gateway': '事件网关', 'Complex gateway': '复杂网关', 'Start event': '开始事件', 'End event': '结束事件', 'Sequence flow': '连线', 'Default flow': '默认分支', 'Conditional flow': '条件分支', Process: '流程', 'Sub-process': '子流程', 'Sub-process (collapsed)': '子流程（折叠）', 'Sub-process (expanded)': '子流程（展开）', 'Event sub-process': '事件子流程', Transaction: '事务', 'Ad-hoc sub-process': '临时子流程',
  'Timer intermediate catch event': '定时事件', 'Message intermediate catch event': '消息等待事件', 'Message intermediate throw event': '消息发送事件', 'Signal intermediate catch event': '信号等待事件', 'Link intermediate catch event': '链接目标', 'Link intermediate throw event': '链接起点', 'Timer boundary event': '定时边界事件', 'Message boundary event': '消息边界事件', 'Error boundary event': '错误边界事件', 'Terminate end event': '终止结束事件', 'Parallel multi-instance': '并行多实例', 'Sequential multi-instance': '顺序多实例', Loop: '循环', 'Search diagram': '搜索', 'Change type': '更换类型',
  // Decision tables
  'Add rule': '添加规则', 'Add input': '添加输入', 'Add output': '添加输出', 'Hit policy': '命中策略', 'Hit policy:': '命中策略：', Annotations: '批注', When: '当', Then: '则', And: '且', 'View DRD': '查看关系图', 'Edit input': '编辑输入', 'Edit output': '编辑输出', 'Remove': '移除', Expression: '表达式', 'Input label': '输入名称', 'Output label': '输出名称', 'Output name': '输出变量',
};

function translate(template, values = {}) {
  return (texts[template] ?? template).replace(/{([^}]+)}/g, (_, key) => values[key] ?? `{${key}}`);
}

export const languageModule = () => document.documentElement.lang.startsWith('zh') ? { translate: ['value', translate] } : {};
