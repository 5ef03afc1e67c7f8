package orders

import "sync"

// capacity is how many orders are kept; the oldest go first.
const capacity = 10_000

// Store keeps the orders of one process: in memory, bounded, and gone with the process. A database takes its place;
// whether that can be reached then belongs into /readyz.
type Store struct {
	mu   sync.RWMutex
	byID map[ID]Order
	// ring holds the kept IDs; once it is full, the oldest is at next.
	ring []ID
	next int
}

// NewStore returns a store without orders.
func NewStore() *Store {
	return &Store{byID: make(map[ID]Order)}
}

// Find returns the order of this name, if it is still kept.
func (s *Store) Find(id ID) (Order, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	order, found := s.byID[id]
	return order, found
}

// Keep keeps an order, and lets the oldest one go where there is no more room.
func (s *Store) Keep(order Order) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.ring) < capacity {
		s.ring = append(s.ring, order.ID)
	} else {
		delete(s.byID, s.ring[s.next])
		s.ring[s.next] = order.ID
		s.next = (s.next + 1) % capacity
	}
	s.byID[order.ID] = order
}
