/*
  Storage of the data: uploads and archives as blobs, all that is known as tables, what wakes somebody as queues. Archives'
  containers (insights-logs-…) and the tables of each month are made by those that write them.
*/

import { roles } from 'roles.bicep'

@minLength(3)
@maxLength(24)
param name string

param location string
param tags object

@description('Redundancy of the account.')
param sku string

@description('Days after its last change that a raw log (upload or archive) is deleted; 0 keeps them.')
@minValue(0)
param rawLogDays int

@description('Object id of the identity of the app.')
param appPrincipalId string

@description('Object ids of those that may upload logs.')
param senderPrincipalIds string[]

@description('Queues that the app and Event Grid use. Poison queues are made by the host when it needs them.')
var queueNames = [
  'blob-events'
  'tunnelwatch-cursors'
  'tunnelwatch-evaluate'
  'tunnelwatch-deliver'
  'tunnelwatch-settings'
]

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Hot'
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    // Who closes the account to networks leaves the way open for Azure Monitor's archives and for Event Grid.
    networkAcls: { bypass: 'AzureServices', defaultAction: 'Allow' }
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource uploads 'containers' = {
      name: 'uploads'
    }

    resource deadLetters 'containers' = {
      name: 'dead-letters'
    }

    resource undelivered 'containers' = {
      name: 'undelivered-events'
    }
  }

  resource queueService 'queueServices' = {
    name: 'default'

    resource queues 'queues' = [for queueName in queueNames: { name: queueName }]
  }

  resource lifecycle 'managementPolicies' = if (rawLogDays > 0) {
    name: 'default'
    properties: {
      policy: {
        rules: [
          {
            name: 'raw-logs'
            type: 'Lifecycle'
            definition: {
              filters: { blobTypes: ['blockBlob', 'appendBlob'], prefixMatch: ['uploads/', 'insights-logs-'] }
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: rawLogDays } } }
            }
          }
        ]
      }
    }
  }
}

// Uploads and archives are only read, and containers listed.
resource appReadsBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, appPrincipalId, roles.storageBlobDataReader)
  scope: account
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataReader)
  }
}

resource appWritesDeadLetters 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account::blobs::deadLetters.id, appPrincipalId, roles.storageBlobDataContributor)
  scope: account::blobs::deadLetters
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataContributor)
  }
}

// The account, not single queues and tables: poison queues and each month's tables are made at run time.
resource appUsesQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, appPrincipalId, roles.storageQueueDataContributor)
  scope: account
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageQueueDataContributor)
  }
}

resource appUsesTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, appPrincipalId, roles.storageTableDataContributor)
  scope: account
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageTableDataContributor)
  }
}

resource sendersUpload 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principalId in senderPrincipalIds: {
    name: guid(account::blobs::uploads.id, principalId, roles.storageBlobDataContributor)
    scope: account::blobs::uploads
    properties: {
      principalId: principalId
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataContributor)
    }
  }
]

output name string = account.name
output id string = account.id
output queueEndpoint string = account.properties.primaryEndpoints.queue
output uploadsUrl string = '${account.properties.primaryEndpoints.blob}${account::blobs::uploads.name}'
