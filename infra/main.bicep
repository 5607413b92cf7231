/*
  tunnelwatch in a resource group:  az deployment group create -g GROUP -f infra/main.bicep
  `azd up` uses azd.bicep, which makes the group first. What the parts are for, roles included: README.md beside this file.
*/

metadata name = 'tunnelwatch'
metadata description = 'Log ingestion and alerting for VPN tunnels: function app, storage, Event Hub, Event Grid, telemetry.'

@description('Beginning of the names of the resources: lower-case letters, digits and hyphens.')
@minLength(3)
@maxLength(20)
param name string = 'tunnelwatch'

@description('Region. Diagnostic settings of a VPN gateway need the archive and the hub in the region of the gateway.')
param location string = resourceGroup().location

@description('Tags of every resource.')
param tags object = {}

@description('Version of Node.js that runs the app.')
@allowed(['22', '24'])
param nodeVersion string = '22'

@description('Memory of an instance, MB. Smaller is cheaper; 512 suits a few gateways and servers.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('The most instances at once: the ceiling of the bill.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Redundancy of the data: LRS survives a disk, ZRS a data centre, GRS a region.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param dataStorageSku string = 'Standard_ZRS'

@description('Days after its last change that a raw log (upload or archive) is deleted, since logs hold personal data; 0 keeps them.')
@minValue(0)
@maxValue(3650)
param rawLogDays int = 30

@description('Days that telemetry of the app is kept.')
@minValue(30)
@maxValue(730)
param telemetryDays int = 30

@description('Partitions of the Event Hub: the most instances that read it at once. Cannot be changed later.')
@minValue(1)
@maxValue(32)
param hubPartitions int = 4

@description('Throughput units of the Event Hub: each takes in 1 MB or 1,000 events a second.')
@minValue(1)
@maxValue(40)
param hubThroughputUnits int = 1

@description('''
Lets the Event Hub accept shared access keys. Off, only Microsoft Entra identities send. Some senders know nothing but keys:
diagnostic settings that stream (those that archive do not need it), rsyslog and Fluent Bit.
''')
param hubAcceptsKeys bool = false

@description('Object ids of the identities (of tunnel servers, of people) that may send to the hub and upload logs.')
param senderPrincipalIds string[] = []

@description('More app settings by name: secrets of receivers, best as Key Vault references, or TUNNELWATCH_… settings.')
@secure()
param extraSettings object = {}

var suffix = uniqueString(resourceGroup().id, name)
var fullName = '${name}-${suffix}'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${fullName}-app'
  location: location
  tags: tags
}

module monitoring 'modules/monitoring.bicep' = {
  name: '${name}-monitoring'
  params: {
    name: fullName
    location: location
    tags: tags
    retentionDays: telemetryDays
    appPrincipalId: identity.properties.principalId
  }
}

module hostStorage 'modules/host-storage.bicep' = {
  name: '${name}-host-storage'
  params: {
    name: 'twhost${suffix}'
    location: location
    tags: tags
    appPrincipalId: identity.properties.principalId
  }
}

module dataStorage 'modules/data-storage.bicep' = {
  name: '${name}-data-storage'
  params: {
    name: 'twdata${suffix}'
    location: location
    tags: tags
    sku: dataStorageSku
    rawLogDays: rawLogDays
    appPrincipalId: identity.properties.principalId
    senderPrincipalIds: senderPrincipalIds
  }
}

module blobEvents 'modules/blob-events.bicep' = {
  name: '${name}-blob-events'
  params: {
    name: fullName
    location: location
    tags: tags
    storageAccountName: dataStorage.outputs.name
  }
}

module eventHub 'modules/event-hub.bicep' = {
  name: '${name}-event-hub'
  params: {
    name: fullName
    location: location
    tags: tags
    partitions: hubPartitions
    throughputUnits: hubThroughputUnits
    acceptsKeys: hubAcceptsKeys
    appPrincipalId: identity.properties.principalId
    senderPrincipalIds: senderPrincipalIds
  }
}

// Last: what it names exists by then, and its identity has its roles.
module functionApp 'modules/function-app.bicep' = {
  name: '${name}-function-app'
  params: {
    name: fullName
    location: location
    tags: tags
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    identity: { id: identity.id, clientId: identity.properties.clientId }
    hostStorageName: hostStorage.outputs.name
    packagesUrl: hostStorage.outputs.packagesUrl
    dataStorageName: dataStorage.outputs.name
    dataQueueEndpoint: dataStorage.outputs.queueEndpoint
    hubNamespace: eventHub.outputs.fullyQualifiedNamespace
    insightsName: monitoring.outputs.insightsName
    extraSettings: extraSettings
  }
}

output functionAppName string = functionApp.outputs.name
output functionAppUrl string = functionApp.outputs.url
@description('For diagnostic settings that archive: the storage account.')
output dataStorageId string = dataStorage.outputs.id
output uploadsUrl string = dataStorage.outputs.uploadsUrl
output hubNamespace string = eventHub.outputs.fullyQualifiedNamespace
output hubName string = eventHub.outputs.hubName
@description('For diagnostic settings that stream: the authorization rule. Empty unless hubAcceptsKeys.')
output hubDiagnosticsRuleId string = eventHub.outputs.diagnosticsRuleId
