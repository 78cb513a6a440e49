# Work by hand: what a person carries out on a system that no machine can reach.
nav-work-items = Work by hand
nav-work-items-open = , open: 
work-heading =
    { $count ->
        [0] Nothing waits for your hands
        [one] One change waits for somebody's hands
       *[other] { $count } changes wait for somebody's hands
    }
work-lede = No machine can reach these systems. Carry the change out, then say what you did: your word is all there is to show.
work-tab-open = To do
work-tab-closed = Closed
work-none = Nothing is to be done by hand
work-none-words = When access is approved or ends on a system of yours that no machine can reach, it stands here and you get an e-mail.
work-none-closed = Nothing was closed yet
work-pages = Pages of work by hand
work-first = From the beginning
work-more = More
work-what = What to do
work-for = For
work-asked-at = Asked
work-closed-at = Closed
work-where = { $item }, { $system }
work-give = Set up { $item }
work-take-away = Take away { $item }
work-give-to = Set up { $item } for { $name }
work-take-away-from = Take { $item } away from { $name }
work-over = By hand, in { $system }
work-due = Due { $until }, in { $words }
work-late = { $words } late
work-done-by = { $name } says it is done
work-cannot-by = { $name } says it cannot be done
work-withdrawn = Wanted no more
work-superseded = Wanted again
work-was-done = { $name } said that it is done, { $until }.
work-was-cannot = { $name } said that it cannot be done, { $until }. Whoever runs Usher sees it as an incident.
work-was-withdrawn = The access was given up before anybody set it up, { $until }. There is nothing to do.
work-was-superseded = The access is wanted again, { $until }. There is nothing to take away.
work-changed = It changed while you read it
work-closed = Nothing to do any more
work-not-taken = Your words were not taken:

work-what-to-do = What to do
work-user-name = Sign-in name
work-entitlement = What exactly
work-called = There it is called { $name }
work-system = Where
work-then = Then
work-then-disable = Nothing else is left there: lock the account as well.
work-then-delete = Nothing else is left there: delete the account as well.
work-look-first = Look first
work-look-first-words = Nobody ever said that it was set up. If there is nothing, say so.
work-how = How
work-why = Why
work-why-heading = Why it is wanted
work-because-approved = The access was asked for and approved.
work-because-ended = The access has ended, so it must be taken away.
work-reason = Reason
work-asked-by = { $name } asked, { $until }
work-approved-by = Approved by

work-answer = Your word
work-evidence = What you did or saw, or why it cannot be done
work-evidence-hint = Such as the number of a key or the page of a book. { $name } and auditors can read it.
work-your-word = It shows as your word, with your name. It is never called verified.
work-say-done = It is done
work-say-cannot = It cannot be done
work-own = You cannot answer this
work-own-words = Nobody confirms a change to their own access, and auditors only read.
work-ask-again = Ask again
work-ask-again-words = It is wanted still. When what stood in the way is gone, ask again: it comes back to the list.
work-said-done = Thank you. It shows as confirmed by you.
work-said-cannot = Whoever runs Usher is told. It is not tried again by itself.
work-asked-again = Asked again. It stands on the list in a moment.
work-not-given-up = It is wanted no more, or somebody is asked already. Nothing was changed.
fault-work-evidence-empty = Say what you did or saw: nothing else shows that it is done.
fault-work-cannot-empty = Say why it cannot be done.
