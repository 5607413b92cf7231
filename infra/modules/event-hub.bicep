/* The live stream. It is also the log queue: while storage is down, events wait here for up to a week. */

import { roles } from 'roles.bicep'

@description('Name of the namespace.')
param name string

param location string
param tags object

@description('Partitions of the hub: the most instances that read it at once. Cannot be changed later.')
@minValue(1)
@maxValue(32)
param partitions int

@description('Throughput units: each takes in 1 MB or 1,000 events a second.')
@minValue(1)
@maxValue(40)
param throughputUnits int

@description('Allows shared access keys, for senders that know nothing else: diagnostic settings, rsyslog, Fluent Bit.')
param acceptsKeys bool

@description('Object id of the identity of the app, which receives.')
param appPrincipalId string

@description('Object ids of those that may send.')
param senderPrincipalIds string[]

resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  // Basic has neither consumer groups nor the Kafka endpoint that shippers speak.
  sku: { name: 'Standard', tier: 'Standard', capacity: throughputUnits }
  properties: {
    disableLocalAuth: !acceptsKeys
    minimumTlsVersion: '1.2'
  }

  resource hub 'eventhubs' = {
    name: 'logs'
    properties: {
      partitionCount: partitions
      retentionDescription: { cleanupPolicy: 'Delete', retentionTimeInHours: 168 }
    }

    // Its own: whoever looks at the stream through $Default does not take part in the app's balancing.
    resource consumerGroup 'consumergroups' = {
      name: 'tunnelwatch'
    }

    resource shipperKey 'authorizationRules' = if (acceptsKeys) {
      name: 'shippers'
      properties: { rights: ['Send'] }
    }
  }

  // Azure Monitor takes a rule of the namespace and asks for all three rights.
  resource diagnosticsKey 'authorizationRules' = if (acceptsKeys) {
    name: 'diagnostic-settings'
    properties: { rights: ['Listen', 'Manage', 'Send'] }
  }
}

resource appReceives 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(namespace::hub.id, appPrincipalId, roles.eventHubsDataReceiver)
  scope: namespace::hub
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.eventHubsDataReceiver)
  }
}

resource sendersSend 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principalId in senderPrincipalIds: {
    name: guid(namespace::hub.id, principalId, roles.eventHubsDataSender)
    scope: namespace::hub
    properties: {
      principalId: principalId
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.eventHubsDataSender)
    }
  }
]

@description('Host name of the namespace.')
output fullyQualifiedNamespace string = '${namespace.name}.servicebus.windows.net'
output hubName string = namespace::hub.name
@description('For diagnostic settings; empty where keys are not accepted.')
output diagnosticsRuleId string = acceptsKeys ? namespace::diagnosticsKey.id : ''
