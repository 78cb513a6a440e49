# Applications and connectors.
applications-heading =
    { $count ->
        [0] No application is known yet
        [one] One application
       *[other] { $count } applications
    }
applications-none = Applications come with the catalogue. Load one, and it stands here.
applications-ownerless =
    { $count ->
        [one] One has no owner, so nobody can decide on requests for it.
       *[other] { $count } have no owner, so nobody can decide on requests for them.
    }
applications-name = Application
applications-owners = Owners
applications-no-owner = Nobody
applications-criticality = If it stops
applications-items = Items
applications-targets = Systems
criticality-critical = Critical
criticality-standard = Standard
criticality-low = Low

connectors-heading =
    { $count ->
        [0] Every connector works
        [one] One connector needs a look
       *[other] { $count } connectors need a look
    }
connectors-none = No connector is set up
connectors-none-words = Add one at the command line with usher connector add.
connectors-name = Connector
connectors-health = Health
connectors-waiting = Waiting
connectors-last-success = Last success
connectors-targets = Systems
connectors-never = Never
connector-kind-scim = SCIM 2.0
connector-kind-sql = SQL database
connector-kind-files = Files
connector-kind-manual = By hand
health-unknown = Not asked yet
health-healthy = Healthy
health-degraded = Answers with errors
health-rate-limited = Slowed down by them
health-auth-failed = Refuses our credential
health-down = Does not answer
health-paused = Paused

connector-heading = { $name }: { $words }
connector-test = Test now
connector-test-sent = The test is on its way. This page says how it went.
connector-tested = The last test worked
connector-test-failed = The last test did not work
connector-state = State
connector-last-failure = Last failure
connector-failures = Failures in a row
connector-left-alone = Left alone until
connector-calls = Calls
connector-limits =
    { $count ->
        [one] One at a time, each at most { $limit } s
       *[other] { $count } at a time, each at most { $limit } s
    }
connector-settings = Settings
connector-secret-elsewhere = The secret itself is kept there and never shown
ability-caption = What it can do
ability-unverified = What it changes cannot be read back, so it is never called verified
ability-what = Ability
ability-can = Can it?
ability-yes = Yes
ability-no = No
ability-create = Create accounts
ability-disable = Disable accounts
ability-delete = Delete accounts
ability-grants = Give and take away entitlements
ability-verify-read = Read back what it changed
ability-list = List every account
ability-manual = Hand the change to a person
