// The program minimal-service is what somebody writes by hand who wants to read one row by its key over HTTP, and nothing
// else: the reference for generated services.
package main

import (
	"database/sql"
	"encoding/json"
	"errors"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"

	_ "github.com/lib/pq"
)

type product struct {
	ID    int64   `json:"id"`
	Name  string  `json:"name"`
	Price *string `json:"price"`
}

func main() {
	database, err := sql.Open("postgres", os.Getenv("SHOPDB_URL"))
	if err != nil {
		log.Fatal(err)
	}
	database.SetMaxOpenConns(16)
	database.SetMaxIdleConns(16)
	query, err := database.Prepare("SELECT id, name, price FROM products WHERE id = $1")
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/products/", func(w http.ResponseWriter, r *http.Request) {
		id, err := strconv.ParseInt(strings.TrimPrefix(r.URL.Path, "/products/"), 10, 64)
		if err != nil {
			http.Error(w, "not a number", http.StatusBadRequest)
			return
		}
		var found product
		err = query.QueryRowContext(r.Context(), id).Scan(&found.ID, &found.Name, &found.Price)
		if errors.Is(err, sql.ErrNoRows) {
			http.Error(w, "no such product", http.StatusNotFound)
			return
		} else if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]product{"data": found})
	})
	listener, err := net.Listen("tcp", os.Getenv("HTTP_ADDR"))
	if err != nil {
		log.Fatal(err)
	}
	// As generated services say where they listen.
	_ = json.NewEncoder(os.Stderr).Encode(map[string]string{
		"message": "the service has started", "http": listener.Addr().String()})
	log.Fatal(http.Serve(listener, nil))
}
