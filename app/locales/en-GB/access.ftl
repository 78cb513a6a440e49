# What somebody holds, and asking for more.
access-heading =
    { $count ->
        [0] You hold nothing at present
        [one] You hold one access
       *[other] You hold { $count } accesses
    }
access-lede = What each one lets you do, why you have it, and until when. What ended stays here for 14 days.
access-access = Access
access-why = Why
access-until = Until
access-do = Actions
access-by-rule = By a rule
access-approved = Approved by { $name }, { $until }.
access-policy = { $name }, version { $number }.
access-line = { $system }: { $applied }, { $verified }
access-line-by-hand = { $system }: { $words }
access-applied = applied { $until }
access-not-applied = not applied yet
access-there = verified { $until }: it is there
access-gone = verified { $until }: it is gone
access-no-effect = a read shows no effect
access-confirmed = confirmed by { $name }, { $until }
access-by-hand = waits for somebody's hands
access-unreadable = this system cannot be read back
access-gave-up = given up, a person must look
access-not-checked = not verified yet
access-extend = Extend
access-give-back = Give back
access-not-yet = Not yet
give-back-heading = Give back { $item }?
give-back-lede = It is taken away on { $system } at once and read back. To have it again you ask again.
give-back-now = Give it back now
give-back-keep = Keep it
give-back-done = Given back. It is being removed, and you see here when that is checked.
give-back-ended = It has ended already. Nothing was changed.

request-lede = Ask for exactly what you need, for as long as you need it.
request-for = For whom
request-me = Me
request-search = Search
request-search-hint = By name, by application, or by what you want to reach.
request-show = Show
request-by-key = By keyboard: arrow down goes into the list, Enter ticks, Escape comes back here.
request-found =
    { $count ->
        [0] Nothing is found
        [one] One access is found
       *[other] { $count } accesses are found
    }
request-items = What you need in { $system }
request-extendable = Can be extended
request-more = More is found than fits here: search to narrow it down.
request-none-found = Nothing is found
request-none-found-words = Search for something else. What you chose before stays chosen.
request-extends = You have this until { $until }. Asking again extends it from then on.
request-held = You have this until { $until }. You can extend it from 14 days before.
request-pending = You have asked for this already.
request-closed = Cannot be requested
request-duration = For how long
request-duration-hint = The longest time depends on what you choose: Check shows it.
request-longest = At most { $words } for what you chose.
request-contract-end = Until the contract ends
request-other-days = Other
request-days = Days, when you chose Other
request-starts = From
request-optional = (optional)
request-starts-hint = Leave it empty to begin as soon as it is approved.
request-reason = What you need it for
request-reason-hint = Whoever decides reads this first. Say the task and why it is yours.
request-send =
    { $count ->
        [0] Send request
        [one] Send request for one access
       *[other] Send request for { $count } accesses
    }
request-check = Check
request-check-note = Check shows who must approve. Nothing is sent.
request-what-happens = What will happen
request-path-empty = Choose what you need and check: here you see who must approve, by name.
request-one-of = One of { $name }
request-all-of = All of { $name }
request-within = within { $words }
request-then-set-up = Set up
request-then-set-up-words = It is added to your account on the system.
request-then-checked = Checked on the system
request-then-checked-words = It is read back. Only then it says: You have this.
request-policies = Policy { $words }
request-undecidable = Nobody may decide on { $item } for this person, so it cannot be asked for. Ask the service desk.
request-sent = R-{ $number } is sent. Here you see where it stands.
resolution-manager = The manager.
resolution-manager-above = The manager above, because the manager is one of the two people this is about.
resolution-owner = Owner of the application.
resolution-owner-instead = Owner of the application, because there is no manager who may decide.
resolution-group = The group that looks after high risk.
resolution-fallback = The access administrators, because nobody else may decide.
fault-items-choose-one = Choose at least one access to ask for.
fault-items-too-many = Ask for at most { $max } accesses at once.
fault-items-unknown-item = One of the accesses is not on offer any more. Choose again.
fault-items-twice = { $item } is chosen twice.
fault-items-not-requestable = { $item } cannot be requested.
fault-items-pending = { $item } is asked for already: wait for the decision, or withdraw that request.
fault-items-held = { $item } is held already, and it is too early to extend it.
fault-items-nobody-can-decide = Nobody may decide on { $item } for this person. Ask the service desk.
fault-choose-duration = Choose for how long.
fault-duration-too-long = { $item } is given for at most { $words }.
fault-duration-too-short = Choose at least one minute.
fault-starts-in-past = The first day lies in the past.
fault-starts-too-late = The first day lies more than a year ahead.
fault-after-last-day = The work relationship ends before that day.
fault-reason-empty = Say what you need it for.
fault-reason-too-long = Use at most { $max } characters.
fault-reason-unprintable = The text has characters that cannot be kept. Write it again by hand.
