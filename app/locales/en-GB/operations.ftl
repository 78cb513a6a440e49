# Watching the engine.
operations-all-well = Everything runs, and nothing waits for a hand
operations-incidents-open =
    { $count ->
        [one] One incident is open
       *[other] { $count } incidents are open
    }
operations-refusing =
    { $count ->
        [one] one system is refusing us
       *[other] { $count } systems are refusing us
    }
operations-dead =
    { $count ->
        [one] one piece of work was given up
       *[other] { $count } pieces of work were given up
    }
operations-lede-waiting =
    { $count ->
        [one] One job waits, for { $words }.
       *[other] { $count } jobs wait, the oldest for { $words }.
    }
operations-lede-later =
    { $count ->
        [one] One job is tried again later.
       *[other] { $count } jobs are tried again later.
    }
operations-lede-idle = No job is waiting for its turn.
operations-figures = The last 7 days
operations-success =
    { $count ->
        [one] of one try ended as desired, 7 days
       *[other] of { $count } tries ended as desired, 7 days
    }
operations-medians = { $name } + { $system }
operations-delivered =
    { $count ->
        [0] people decide + machine delivers, medians of 7 days
        [one] people decide + machine delivers, one delivery in 7 days
       *[other] people decide + machine delivers, medians of { $count } deliveries in 7 days
    }
operations-in-time =
    { $count ->
        [one] of one approval answered in time, 7 days
       *[other] of { $count } approvals answered in time, 7 days
    }
operations-no-figure = none yet
operations-percent = { $number } %
operations-seconds = { $number } s
operations-good = As it should be
operations-low = Below 90 %
operations-health = Systems by health
operations-queue = Work
operations-oldest = the oldest waits
operations-all-jobs = All jobs

incidents-caption = Incidents
incidents-note =
    { $count ->
        [one] One is open
       *[other] { $count } are open
    }
incidents-what = What happened
incidents-person = Person
incidents-target = System
incidents-since = Since
incidents-support = Support number
incidents-job = See the job
incident-not-effective = Accepted, and a read shows no effect
incident-late-effect = Took effect after the access was taken away
incident-cannot-by-hand = Cannot be done by hand
incident-dead-letter = Given up after all tries

jobs-title = Jobs
jobs-all = All
jobs-none = No job is in this state
jobs-none-words = Jobs appear when access begins or ends, and when a connector is tested.
jobs-pages = Pages
jobs-newest-first = Newest first
jobs-newest = Newest
jobs-older = Older
job-kind-provision = Make a system match
job-kind-test-connector = Test a connector
job-queued = Waiting
job-running = Running
job-retry-wait = Trying again
job-done = Done
job-dead-letter = Given up
job-superseded = Replaced by newer work
job-what = Job
job-state = State
job-tries = Tries
job-said = What the system said
job-since = Since
job-heading = { $system }: { $words }
job-heading-person = { $name } on { $system }: { $words }
job-no-try = Nothing was tried yet
job-no-try-words = A worker takes it when its turn comes. Load the page again to see how it goes.
job-facts = About this job
job-tries-of = { $count } of at most { $limit }
job-next-try = Next try
job-ended = Ended
job-worker = Worker
job-retry = Try again
job-retried = It gets fresh tries. Nobody has to approve anything again.
job-not-dead = Only work that was given up can be tried again.
job-try = Try { $number }
job-outcome = How it ended
job-started = Began
job-took = took { $number } ms
try-running = Still at it
try-verified = Read back and verified
try-no-change = Was as it should be already
try-not-effective = Accepted, not effective
try-retry = Failed, tried again later
try-rejected = Refused for good
try-unknown = May have happened, read first
try-superseded = Stopped for newer work
try-handed-over = Handed to a person
try-lease-lost = The worker went away
try-class-transient = It passes by itself
try-class-permanent = Somebody must act
try-class-auth = Our credential is refused
try-class-rate = Too many calls
try-class-schema = The values do not fit
try-class-unknown = It is not known what happened
call-caption = Calls of { $words }
call-intent = Was to
call-outcome = Became
call-answer = Answer
call-latency = Took
call-generation = Generation
call-sent = Sent
call-milliseconds = { $number } ms
call-create-account = Create the account
call-enable-account = Enable the account
call-disable-account = Disable the account
call-delete-account = Delete the account
call-add-grant = Give the entitlement
call-remove-grant = Take the entitlement away
call-was-none = No answer yet
call-was-applied = Accepted
call-was-rejected = Rejected
call-was-refused = Told to come back
call-was-unknown = May have happened
operations-rules-unusable = This release does not understand them, so none of their permits count. An administrator corrects them.
