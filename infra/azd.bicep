/* What `azd up` deploys: a resource group of its own with main.bicep in it. Parameters come from azd.bicepparam. */

targetScope = 'subscription'

@description('Name of the azd environment; the resource group is named after it.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Region of everything.')
param location string

@description('See main.bicep.')
param hubAcceptsKeys bool = false

@description('See main.bicep.')
param senderPrincipalIds string[] = []

@description('See main.bicep.')
@secure()
param extraSettings object = {}

var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module app 'main.bicep' = {
  scope: group
  name: 'tunnelwatch'
  params: {
    location: location
    tags: tags
    hubAcceptsKeys: hubAcceptsKeys
    senderPrincipalIds: senderPrincipalIds
    extraSettings: extraSettings
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output FUNCTION_APP_NAME string = app.outputs.functionAppName
output FUNCTION_APP_URL string = app.outputs.functionAppUrl
output DATA_STORAGE_ID string = app.outputs.dataStorageId
output UPLOADS_URL string = app.outputs.uploadsUrl
output HUB_NAMESPACE string = app.outputs.hubNamespace
output HUB_NAME string = app.outputs.hubName
output HUB_DIAGNOSTICS_RULE_ID string = app.outputs.hubDiagnosticsRuleId
