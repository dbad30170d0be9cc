// An OpenID provider as firms run one, for a test that goes through it in a browser: node provider.mjs PORT DESK
// It knows two people, asks them who they are on pages of its own, and keeps everything in memory.
import Provider from 'oidc-provider';

const [port, desk] = process.argv.slice(2);
const people = {
  anna: { name: 'Anna Adler', groups: ['lawyers'] },
  gast: { name: 'Gustav Gast', groups: ['guests'] },
};

const provider = new Provider(`http://localhost:${port}`, {
  clients: [{
    client_id: 'desk',
    client_secret: 'marked-secret-of-the-client',
    redirect_uris: [`${desk}/oidc/callback`],
    post_logout_redirect_uris: [`${desk}/`],
  }],
  claims: { openid: ['sub'], profile: ['name'], groups: ['groups'] },
  cookies: { keys: ['of-the-tests-alone'] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
});
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
