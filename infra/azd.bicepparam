using 'azd.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')

// azd env set TUNNELWATCH_HUB_ACCEPTS_KEYS true
param hubAcceptsKeys = bool(readEnvironmentVariable('TUNNELWATCH_HUB_ACCEPTS_KEYS', 'false'))

// azd env set TUNNELWATCH_SENDERS 'object-id,object-id'
var senders = readEnvironmentVariable('TUNNELWATCH_SENDERS', '')
param senderPrincipalIds = empty(senders) ? [] : split(senders, ',')

// azd env set TUNNELWATCH_EXTRA_SETTINGS '{"PAGER_SECRET":"@Microsoft.KeyVault(SecretUri=…)"}'
param extraSettings = json(readEnvironmentVariable('TUNNELWATCH_EXTRA_SETTINGS', '{}'))
