import { describe, expect, it } from 'vitest';
import { createRouter } from '../../infra/local/functions-host/http-routes.ts';

const templates = [
  'api/{*rest}',
  'api/sites/{site}/thresholds/{metric?}',
  'api/sites/{site}/thresholds/history',
  'api/sites/{site}',
  'api/sites',
];
const find = createRouter(templates.map((template) => ({ template, methods: ['GET'], target: template })));

describe('the router', () => {
  it.each([
    { path: '/api/sites', template: 'api/sites', params: {} },
    { path: '/API/Sites/', template: 'api/sites', params: {} },
    { path: '/api/sites/north', template: 'api/sites/{site}', params: { site: 'north' } },
    { path: '/api/sites/n/thresholds', template: 'api/sites/{site}/thresholds/{metric?}', params: { site: 'n' } },
    {
      path: '/api/sites/n/thresholds/cpu',
      template: 'api/sites/{site}/thresholds/{metric?}',
      params: { site: 'n', metric: 'cpu' },
    },
    { path: '/api/sites/n/thresholds/history', template: 'api/sites/{site}/thresholds/history', params: { site: 'n' } },
    { path: '/api/sites/n/other', template: 'api/{*rest}', params: { rest: 'sites/n/other' } },
    { path: '/api', template: 'api/{*rest}', params: { rest: '' } },
    { path: '/api/sites/a%2Fb%20c', template: 'api/sites/{site}', params: { site: 'a%2Fb c' } },
    { path: '/api/sites/%E0%A4', template: 'api/sites/{site}', params: { site: '%E0%A4' } },
  ])('$path is $template', ({ path, template, params }) => {
    expect(find('GET', path)).toEqual({ target: template, params });
  });

  it.each(['/', '/apis', '/other/sites'])('%s is nothing', (path) => {
    expect(find('GET', path)).toBeUndefined();
  });

  it('does not find a method that is not listed', () => {
    expect(find('PUT', '/api/sites')).toBeUndefined();
  });

  it.each(['api/{id:int}', 'api/{*rest}/more', 'api/{id?}/more', 'api/v{version}'])('refuses %s', (template) => {
    expect(() => createRouter([{ template, methods: [], target: 0 }])).toThrow(`route "${template}"`);
  });
});
