# Pages of apps and connectors: what the crate web-connectors says beside web.ftl.

title = Connectors
intro = Tools and apps that bring cards into your channels, and the APIs that actions and agents call.
overview = Overview
none = Nothing to manage here yet
none-what = Whoever owns a team can connect tools to its channels. Ask an owner, or open a team of your own.
apps = Apps
apps-what = The organisation’s catalogue, apps of your teams, and uploads.
portal = Developer portal
portal-what = Register a connector of your own, write its manifest, see how it is used.
webhooks = Incoming webhooks
webhooks-what = Addresses that tools post cards to, with owner, log and replay.
guide = Moving in
guide-what = Take over retired connector addresses, and settings of tools to paste.
group-channels = For channels
group-interfaces = For APIs
apis = API connectors
apis-what = Descriptions of APIs that actions, agents and the sales surfaces call, with versions, checks and certification.
connections = Connections
connections-what = What APIs are reached with: your sign-ins and keys, and those shared with everybody.
crm = My CRM
crm-what = The CRM that mail, meetings and channels use for you, and your sign-in to it.
