# The directory, one person, a team.
people-heading =
    { $count ->
        [one] One person
       *[other] { $count } people
    }
people-heading-more = More than { $count } people
people-heading-found =
    { $count ->
        [0] Nobody fits
        [one] One person fits
       *[other] { $count } people fit
    }
people-heading-found-more = More than { $count } people fit
people-find = Find
people-find-label = Name, title or e-mail
people-none = Nobody was found
people-none-words = A part of the name is enough.
people-show-all = Show everybody
people-name = Name
people-unit = Unit and place
people-kind = Works here as
people-state = State
people-pages = Pages
people-shown = { $count } of { $number }
people-shown-more = { $count } of more than { $number }
people-first = First
people-next = Next
relationship-employee = Employee
relationship-contractor = Contractor
relationship-partner = Partner
relationship-intern = Intern
person-locked = Locked
person-prospective = Expected
person-pre-hire = Starts soon
person-active = Active
person-on-leave = On leave
person-notice = Leaving
person-terminated = Left
person-archived = Left, archived
person-erased = Erased

person-figures = { $name } in numbers
person-held =
    { $count ->
        [one] access held
       *[other] accesses held
    }
person-applications =
    { $count ->
        [one] application
       *[other] applications
    }
person-accounts =
    { $count ->
        [one] account on a system
       *[other] accounts on systems
    }
person-no-access = Nothing is held, and nothing ended lately
person-about = About
person-manager = Manager
person-no-manager = Nobody
person-starts = Since
person-ends = Until
person-user-name = User name
person-email = E-mail
person-reports = Reports
person-reports-count =
    { $count ->
        [one] One person
       *[other] { $count } people
    }

held-caption = What { $name } holds
held-name = Access
held-why = Why
held-should-have = Should have
held-seen = Seen on system
held-so-it-is = So it is
held-until = Until
held-approved-by = Approved by { $name }
held-not-asked-for = Not asked for
held-scheduled = Yes, from { $until }
held-active = Yes, since { $until }
held-suspended = Not for now
held-ended = No, since { $until }
seen-not-started = Not begun
seen-in-progress = At work
seen-applied = Accepted, not read yet
seen-there = There
seen-gone = Gone
seen-not-effective = Accepted, but a read shows no effect
seen-waiting-manual = Waits for somebody's hands
seen-retrying = Failed, tried again
seen-dead = Given up after all tries
seen-drifted = Changed by somebody else
seen-confirmed = Confirmed by { $name }
seen-unverifiable = Cannot be read

account-caption = Accounts as last read
account-target = System
account-name = Account
account-state = State
account-grants = Holds there
account-read = Read
account-absent = Not there
account-active = Active
account-disabled = Disabled
account-locked = Locked
account-unknown = Not known

team-heading =
    { $count ->
        [0] Nothing of your team ends within 14 days
        [one] One access in your team ends within 14 days
       *[other] { $count } accesses in your team end within 14 days
    }
team-lede =
    { $count ->
        [one] One person reports to you.
       *[other] { $count } people report to you.
    }
team-none = Nobody reports to you
team-none-words = People who report to you stand here with what they hold.
team-ends-soon = Ends within 14 days
team-ends = { $item }, { $until }
team-do = Ask for them
team-request-for = Request for { $name }
