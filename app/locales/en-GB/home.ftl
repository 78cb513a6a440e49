# The first screen.
home-morning = Good morning, { $name }
home-afternoon = Good afternoon, { $name }
home-evening = Good evening, { $name }
home-lede =
    { $count ->
        [0] Nothing waits for you.
        [one] One decision waits for you.
       *[other] { $count } decisions wait for you.
    }
home-glance = At a glance
home-waiting = decisions wait for you
home-open = of your requests are open
home-ending = of your accesses end within 14 days
home-held =
    { $count ->
        [one] accesses you hold, in one application
       *[other] accesses you hold, in { $count } applications
    }
home-open-requests = Your open requests
home-no-open-requests = None of your requests is open.
home-lately = Lately
home-since = Since
home-nothing-yet = You hold nothing yet
home-nothing-yet-words = What you ask for and get is listed here, with when it was checked on the system.
home-your-access = Your access
home-ends-soon = Ends soon
home-nothing-ends = Nothing of yours ends within 14 days.
home-ends = Ends { $until }
