/* The function app on a Flex Consumption plan. It reaches everything by one user-assigned identity; no setting is a key. */

@description('Name of the app; its host name begins with it.')
param name string

param location string
param tags object

@description('Version of Node.js.')
param nodeVersion string

@description('Memory of an instance, MB.')
param instanceMemoryMB int

@description('The most instances at once.')
param maximumInstanceCount int

@description('Resource id and client id of the identity of the app.')
param identity { id: string, clientId: string }

@description('Account of the Functions host.')
param hostStorageName string

@description('URL of the container that holds the deployment package.')
param packagesUrl string

@description('Account of the data.')
param dataStorageName string

@description('URL of the queue service of the data.')
param dataQueueEndpoint string

@description('Host name of the Event Hubs namespace.')
param hubNamespace string

@description('Application Insights component that takes the telemetry.')
param insightsName string

@description('More app settings: secrets of receivers, or what differs from the defaults.')
@secure()
param extraSettings object

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: '${name}-plan'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  // azd finds the app by this tag.
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identity.id
    siteConfig: { minTlsVersion: '1.2' }
    functionAppConfig: {
      runtime: { name: 'node', version: nodeVersion }
      scaleAndConcurrency: { instanceMemoryMB: instanceMemoryMB, maximumInstanceCount: maximumInstanceCount }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packagesUrl
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id }
        }
      }
    }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: union(
      {
        AzureWebJobsStorage__accountName: hostStorageName
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: identity.clientId
        APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.clientId};Authorization=AAD'
        // The identity that the app itself asks tokens for; the triggers read theirs from __clientId.
        AZURE_CLIENT_ID: identity.clientId
        TUNNELWATCH_STORAGE__accountName: dataStorageName
        TUNNELWATCH_STORAGE__queueServiceUri: dataQueueEndpoint
        TUNNELWATCH_STORAGE__credential: 'managedidentity'
        TUNNELWATCH_STORAGE__clientId: identity.clientId
        TUNNELWATCH_HUB__fullyQualifiedNamespace: hubNamespace
        TUNNELWATCH_HUB__credential: 'managedidentity'
        TUNNELWATCH_HUB__clientId: identity.clientId
      },
      extraSettings
    )
  }

  // Publishing by user name and password: off.
  resource publishing 'basicPublishingCredentialsPolicies' = [
    for protocol in ['scm', 'ftp']: {
      name: protocol
      properties: { allow: false }
    }
  ]
}

output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
