// Names from tabler.io/icons. <Icon Name="…" /> may use these and no others.
export const icons = [
  'activity', 'adjustments', 'alert-circle', 'alert-triangle', 'archive', 'arrow-back-up', 'arrow-right', 'bell', 'ban',
  'book', 'broadcast', 'building-bank', 'bulb', 'calendar', 'calendar-event', 'calendar-off', 'calendar-time', 'chart-bar', 'chart-line', 'check',
  'checklist', 'chevron-down', 'chevron-left', 'chevron-right', 'circle', 'circle-check', 'circle-dashed', 'circle-x',
  'clipboard-check', 'clock', 'clock-hour-4', 'coin', 'columns-3', 'copy', 'database', 'device-mobile', 'dots',
  'download', 'edit', 'exchange', 'external-link', 'eye', 'file-check', 'file-diff', 'file-text', 'filter', 'fingerprint', 'flag',
  'git-branch', 'git-compare', 'hand-stop', 'heart-handshake', 'help-circle', 'history', 'home', 'hourglass', 'id-badge-2',
  'inbox', 'info-circle', 'key', 'language', 'layout-dashboard', 'layout-kanban', 'link', 'list', 'list-check', 'list-details', 'lock',
  'login', 'logout', 'mail', 'mail-opened', 'menu-2', 'message', 'message-2', 'message-check', 'message-circle', 'message-off', 'messages', 'minus', 'mood-empty', 'notes',
  'package', 'player-pause', 'player-play', 'player-stop', 'plug-connected', 'plus', 'point', 'refresh', 'report-analytics',
  'rocket', 'route', 'scale', 'schema', 'search', 'send', 'settings', 'shield', 'shield-check', 'shield-lock', 'signature', 'sitemap',
  'speakerphone', 'table', 'tag', 'target', 'template', 'test-pipe', 'timeline', 'tool', 'trash', 'trending-down', 'trending-up',
  'upload', 'user', 'user-check', 'user-circle', 'user-off', 'users', 'users-group', 'versions', 'x', 'zoom-check', 'brand-wechat',
];
