// An OpenID provider for tests: `node server.mjs PORT REDIRECT_URI PEOPLE`, where PEOPLE is a JSON object of claims
// by account. Whoever is in it signs in with any password. Client `usher`, secret `usher-secret`, PKCE required.
import Provider from 'oidc-provider';

const [port, redirect, accounts] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const people = JSON.parse(accounts);

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'usher',
      client_secret: 'usher-secret',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: [redirect],
    },
  ],
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  pkce: { required: () => true },
  cookies: { keys: ['only for tests'] },
  async findAccount(_, id) {
    const claims = people[id];
    return claims && { accountId: id, claims: async () => ({ sub: id, ...claims }) };
  },
});

provider.listen(Number(port), '127.0.0.1', () => console.log(`listening ${issuer}`));
