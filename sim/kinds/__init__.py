"""What kinds of events are made of: parameters, shocks, answers, deaths, rates, orders."""
